# Recompute index and standard errors of the headline from the row export, with R's survey package.
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust", digits = 17)
rows <- read.csv(commandArgs(TRUE)[1], na.strings = c("", "na"))
items <- list(access = c("A1", "A2", "A3"), procedure = c("B1", "B2", "B3", "B4"), staff = c("C1", "C2", "C3"),
              outcome = c("D1", "D2", "D3"), petitions = c("E1", "E2", "E3"))
rows$person <- seq_len(nrow(rows))
estimate <- function(name, ids) {
  data <- rows
  data$w <- data[[paste0("w_", name)]]
  for (item in items[[name]]) {
    data[[paste0("v_", item)]] <- as.numeric(!is.na(data[[item]]))
    data[[paste0("y_", item)]] <- as.numeric(!is.na(data[[item]]) & data[[item]] >= 4)
  }
  columns <- c(paste0("y_", items[[name]]), paste0("v_", items[[name]]))
  # Weight 0 (a dimension that a part is not asked about) belongs to the file but adds nothing to a total.
  design <- svydesign(ids = ids, strata = ~stratum, weights = ~pmax(w, 1e-300), data = data, nest = TRUE)
  headline <- subset(design, part == "headline")
  totals <- svytotal(reformulate(columns), headline)
  k <- length(items[[name]])
  y <- coef(totals)[1:k]; v <- coef(totals)[k + 1:k]
  if (name == "petitions") {
    index <- sum(y) / sum(v)
    gradient <- c(rep(1, k) / sum(v), rep(-index / sum(v), k))
  } else {
    index <- mean(y / v)
    gradient <- c(1 / (k * v), -(y / v) / (k * v))
  }
  # Degrees of freedom of whoever answered the dimension: their clusters minus their strata.
  answered <- rowSums(as.matrix(data[, paste0("v_", items[[name]])])) > 0 & data$part == "headline"
  of <- if (all.vars(ids) == "cluster") paste(data$stratum, data$cluster) else data$person
  df <- length(unique(of[answered])) - length(unique(data$stratum[answered]))
  c(index = unname(index), se = sqrt(drop(t(gradient) %*% vcov(totals) %*% gradient)), df = df)
}
number <- function(x) format(x, digits = 17)
parts <- sapply(names(items), function(name) {
  clustered <- estimate(name, ~cluster); single <- estimate(name, ~person)
  df <- if (clustered["se"] >= single["se"]) clustered["df"] else single["df"]
  sprintf('"%s": {"index": %s, "se_cluster": %s, "se_respondent": %s, "df": %s}', name,
          number(clustered["index"]), number(clustered["se"]), number(single["se"]), number(df))
})
cat("{", paste(parts, collapse = ", "), "}\n")
