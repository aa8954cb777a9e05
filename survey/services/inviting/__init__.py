"""From a dossier to an invitation: slips, lists of dossiers, call-backs."""
