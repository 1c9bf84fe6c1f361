"""Lands raw files as the text tables of the raw contract: read and counted, nothing guessed."""
