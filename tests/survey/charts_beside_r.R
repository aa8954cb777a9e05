# Draw the trend of every series of a CSV again, with limits and signals computed here in base R from the
# definitions (Laney 2002; Wheeler and Chambers 1992; the NHS rules), and write what was drawn as CSV.
# Rscript charts_beside_r.R points.csv fan.csv drawn.csv picture.png
suppressMessages(library(ggplot2))
arguments <- commandArgs(TRUE)
points <- read.csv(arguments[1], colClasses = c(series = "character", period = "character"))
fan <- read.csv(arguments[2])
number <- function(x) format(x, digits = 17, trim = TRUE)

limits <- function(p, n, kind) {
  k <- length(p)
  if (kind == "p-prime") {
    centre <- sum(p * n) / sum(n)
    sigma <- sqrt(centre * (1 - centre) / n)
    z <- (p - centre) / sigma
    inflation <- mean(abs(diff(z))) / 1.128
    if (k < 24) inflation <- max(1, inflation)
    half <- 3 * sigma * inflation
    list(centre = rep(centre, k), half = half, lower = pmax(0, centre - half), upper = pmin(1, centre + half))
  } else {
    centre <- mean(p)
    moving <- abs(diff(p))
    kept <- moving[moving < 3.267 * mean(moving)]
    if (length(kept) == 0) kept <- moving
    half <- rep(2.66 * mean(kept), k)
    list(centre = rep(centre, k), half = half, lower = centre - half, upper = centre + half)
  }
}

# One name for each point, the strongest rule that it breaks.
signals <- function(p, centre, half) {
  k <- length(p)
  side <- sign(p - centre)
  outside <- abs(p - centre) > half
  close <- !outside & abs(p - centre) > 2 / 3 * half
  found <- rep("none", k)
  each <- function(length) if (k >= length) seq_len(k - length + 1) else integer(0)
  for (i in each(7)) if (abs(sum(side[i:(i + 6)])) == 7)
    found[i:(i + 6)] <- if (side[i] > 0) "seven-above-centre" else "seven-below-centre"
  for (i in each(3)) {
    w <- i:(i + 2)
    if (abs(sum(side[w])) == 3 && sum(close[w]) >= 2)
      found[w[close[w]]] <- if (side[i] > 0) "two-of-three-high" else "two-of-three-low"
  }
  steps <- sign(diff(p))
  for (i in each(7)) if (abs(sum(steps[i:(i + 5)])) == 6)
    found[i:(i + 6)] <- if (steps[i] > 0) "seven-rising" else "seven-falling"
  found[outside] <- ifelse(side[outside] > 0, "above-upper-limit", "below-lower-limit")
  found
}

drawn <- do.call(rbind, lapply(split(points, points$series), function(one) {
  one <- one[order(one$period), ]
  size <- ifelse(is.finite(one$n_eff) & one$n_eff > 0, one$n_eff, one$n)
  kind <- if (min(size) >= 20) "p-prime" else "xmr"
  found <- limits(one$index, size, kind)
  data.frame(series = one$series, period = one$period, index = one$index, kind = kind, centre = found$centre,
             lower = found$lower, upper = found$upper, signal = signals(one$index, found$centre, found$half),
             low95 = one$lower, high95 = one$upper, goal = one$goal)
}))

# The fan: quantiles of x + K over n + m, K beta-binomial, from its definition.
fan$q05 <- fan$q50 <- fan$q95 <- NA
for (i in seq_len(nrow(fan))) with(fan[i, ], {
  k <- 0:m
  cumulated <- cumsum(exp(lchoose(m, k) + lbeta(k + a, m - k + b) - lbeta(a, b)))
  at <- function(q) (x + k[which(cumulated >= q - 1e-12)[1]]) / (n + m)
  fan[i, c("q05", "q50", "q95")] <<- c(at(0.05), at(0.50), at(0.95))
  need <- ceiling(threshold * (n + m) - x - 1e-9)
  fan[i, "chance"] <<- if (need <= 0) 1 else if (need > m) 0 else 1 - cumulated[need]
})

rows <- c("series,period,index,kind,centre,lower,upper,signal",
          with(drawn, paste(series, period, number(index), kind, number(centre), number(lower), number(upper),
                            signal, sep = ",")),
          with(fan, paste("fan", month, number(q50), "fan", number(chance), number(q05), number(q95), "none",
                          sep = ",")))
writeLines(rows, arguments[3])

first <- drawn[drawn$series == drawn$series[1], ]
first$place <- seq_len(nrow(first))
picture <- ggplot(first, aes(place, index)) +
  geom_rect(aes(xmin = place - 0.5, xmax = place + 0.5, ymin = lower, ymax = upper), fill = "grey92") +
  geom_segment(aes(x = place - 0.5, xend = place + 0.5, y = centre, yend = centre), colour = "grey60") +
  geom_hline(yintercept = first$goal[1], linetype = "dashed") +
  geom_line(colour = "grey45") +
  geom_linerange(aes(ymin = low95, ymax = high95)) +
  geom_point(size = 2) +
  geom_point(data = first[first$signal != "none", ], shape = 1, size = 5) +
  scale_x_continuous(breaks = first$place, labels = sub("^\\d+-0?", "", first$period), name = NULL) +
  scale_y_continuous(labels = function(y) paste0(round(100 * y), "%"), name = NULL) +
  theme_minimal(base_size = 11) + theme(panel.grid.minor = element_blank(), panel.grid.major.x = element_blank())
ggsave(arguments[4], picture, width = 7, height = 2.4, dpi = 110, bg = "white")
