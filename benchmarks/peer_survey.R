# Ratios with R survey: clustered errors, months as domains. Twice: each commune as a survey of its own, and
# as a domain of the whole file (strata = communes), as a statistical office would run it.
suppressPackageStartupMessages(library(survey))
counts <- read.csv(commandArgs(trailingOnly = TRUE)[1])
communes <- as.integer(commandArgs(trailingOnly = TRUE)[2])

ratios <- function(design) {
  lapply(0:4, function(d) {
    found <- svyby(as.formula(paste0("~t", d)), denominator = as.formula(paste0("~v", d)),
                   by = ~month, design = design, FUN = svyratio, vartype = "se")
    list(index = as.numeric(coef(found)), error = as.numeric(SE(found)), limits = confint(found, df = degf(design)))
  })
}

seconds_of <- function(work) {
  started <- proc.time()[["elapsed"]]
  found <- work()
  list(found = found, seconds = proc.time()[["elapsed"]] - started)
}

alone <- lapply(seq_len(communes) - 1, function(commune) {
  rows <- counts[counts$commune == commune, ]
  seconds_of(function() ratios(svydesign(ids = ~day, weights = ~1, data = rows)))
})
design <- seconds_of(function() svydesign(ids = ~day, strata = ~commune, weights = ~1, data = counts, nest = TRUE))
whole <- lapply(seq_len(communes) - 1, function(number) {
  seconds_of(function() ratios(subset(design$found, commune == number)))
})

median_seconds <- function(runs) median(sapply(runs, function(run) run$seconds))
rows <- function(name) {
  paste0("[", paste(sapply(alone[[1]]$found, function(d) {
    paste0("[", paste(format(d[[name]], digits = 17, trim = TRUE), collapse = ","), "]")
  }), collapse = ","), "]")
}
all_communes <- length(unique(counts$commune))
cat(sprintf('{"version": "%s", "alone": %f, "whole": %f, "index": %s, "error": %s}\n',
            as.character(packageVersion("survey")), all_communes * median_seconds(alone),
            design$seconds + all_communes * median_seconds(whole), rows("index"), rows("error")))
