# Tính lại chỉ số của năm yếu tố từ ratings.csv: sai số, bậc tự do và khoảng tin cậy như trên trang Tổng quan.
# Chạy trong thư mục của tệp này:  Rscript estimates.R        (cần gói survey: install.packages("survey"))
# In bảng ra màn hình và ghi estimates.csv. Số liệu chính: part == "headline".
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust", width = 120)
source("labels.R", encoding = "UTF-8")

raw <- read.csv("ratings.csv", colClasses = "character", na.strings = character(), fileEncoding = "UTF-8-BOM",
                check.names = FALSE)

# Bảng để xem và lập biểu: mức là số, "na" và trống là NA; mã thành nhãn tiếng Việt.
labelled <- raw
for (name in names(variable_labels)) {
  if (name %in% number_columns) labelled[[name]] <- suppressWarnings(as.numeric(raw[[name]]))
  if (!is.null(value_labels[[name]])) {
    labelled[[name]] <- factor(raw[[name]], levels = names(value_labels[[name]]), labels = value_labels[[name]])
  }
  attr(labelled[[name]], "label") <- variable_labels[[name]]
}

levels_of <- sapply(raw[unlist(items)], function(x) suppressWarnings(as.numeric(x)))
levels_of <- matrix(levels_of, nrow = nrow(raw), dimnames = list(NULL, unlist(items)))

# Chỉ số của một yếu tố, tuyến tính hóa theo tổng số câu hài lòng (y) và hợp lệ (v) của từng câu.
estimate <- function(name, ids) {
  own <- items[[name]]; k <- length(own)
  valid <- !is.na(levels_of[, own, drop = FALSE])
  satisfied <- valid & levels_of[, own, drop = FALSE] >= 4
  data <- data.frame(satisfied + 0, valid + 0)
  names(data) <- c(paste0("y_", own), paste0("v_", own))
  data$stratum <- raw$stratum; data$cluster <- raw$cluster; data$person <- seq_len(nrow(raw))
  data$part <- raw$part
  # Trọng số 0: phần không được hỏi; vẫn thuộc tệp nhưng không thêm gì vào tổng.
  data$w <- pmax(as.numeric(raw[[paste0("w_", name)]]), 1e-300)
  design <- svydesign(ids = ids, strata = ~stratum, weights = ~w, data = data, nest = TRUE)
  totals <- svytotal(reformulate(names(data)[seq_len(2 * k)]), subset(design, part == "headline"))
  y <- coef(totals)[seq_len(k)]; v <- coef(totals)[k + seq_len(k)]
  if (methods[[name]] == "pooled") {
    index <- sum(y) / sum(v)
    gradient <- c(rep(1, k), rep(-index, k)) / sum(v)
  } else if (methods[[name]] == "item-mean") {
    index <- mean(y / v)
    gradient <- c(1 / (k * v), -(y / v) / (k * v))
  } else {
    stop("Chưa viết cho cách tính ", methods[[name]])
  }
  answered <- rowSums(valid) > 0 & raw$part == "headline"
  units <- if (all.vars(ids) == "cluster") paste(raw$stratum, raw$cluster) else data$person
  df <- length(unique(units[answered])) - length(unique(raw$stratum[answered]))
  list(n = sum(answered), index = index, se = sqrt(drop(t(gradient) %*% vcov(totals) %*% gradient)), df = df)
}

# Wilson với cỡ mẫu hiệu dụng và phân vị t; phương sai lấy số lớn hơn giữa theo ngày và theo người.
conclude <- function(name) {
  day <- estimate(name, ~cluster); person <- estimate(name, ~person)
  chosen <- if (day$df < 1 || person$se > day$se * (1 + 1e-10)) person else day
  p <- day$index
  n_eff <- if (chosen$se > 0) p * (1 - p) / chosen$se^2 else NA
  wilson <- function(level) {
    t <- qt((1 + level) / 2, chosen$df)
    half <- t * sqrt(p * (1 - p) / n_eff + t^2 / (4 * n_eff^2))
    ((p + t^2 / (2 * n_eff)) + c(-half, half)) / (1 + t^2 / n_eff)
  }
  both <- wilson(0.95); one <- wilson(0.90)
  data.frame(dimension = name, n = day$n, index = p, se_cluster = day$se, se_respondent = person$se,
             df = chosen$df, n_eff = n_eff, lower = both[1], upper = both[2],
             one_sided_lower = one[1], one_sided_upper = one[2], row.names = NULL)
}

found <- do.call(rbind, lapply(names(items), conclude))
written <- found
written[-1] <- lapply(found[-1], format, digits = 17, trim = TRUE)
write.csv(written, "estimates.csv", row.names = FALSE, quote = FALSE)
print(found, digits = 4)
