"""A second computation of the sales KPIs, in plain Python over the raw CSV files.

It shares no code with the models and none with the operations, so that an error of definition
would have to be made twice to go unseen. Ids in brackets, such as F4 or G10, are those of the
rulings and the conventions of the specification.
"""
