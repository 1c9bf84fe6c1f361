"""The two quality gates, before a build and before publishing: is today's data plausible?"""
