"""Pages of officers: where the five dimensions stand."""

<<<<<<< HEAD
from survey.web.officer import overview, reports
from survey.web.officer.blueprint import officer_bp

__all__ = ["officer_bp", "overview", "reports"]
=======
from survey.web.officer import dimension, overview
from survey.web.officer.blueprint import officer_bp

__all__ = ["dimension", "officer_bp", "overview"]
>>>>>>> ae17035 (Show one dimension in depth: questions, levels, months with control limits, groups, the plan's tasks)
