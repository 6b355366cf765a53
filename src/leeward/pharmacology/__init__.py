"""What drugs do in the body, for populations: concentrations, receptors, breathing, arrest and rescue.

Nothing here forecasts one person. What a model can tell credibly, and what it cannot, goes into every answer.
"""
