"""What a report says besides its numbers, in both languages."""

from core.words import Language, Text, fill

WORDS: dict[str, Text] = {
    "title": Text(en="What noise does to {name}", ko="노이즈가 {name}에 미치는 영향"),
    "title_several": Text(en="What noise does to {n} models", ko="노이즈가 모델 {n}개에 미치는 영향"),
    "title_ways": Text(
        en="What noise does to {n} ways to train", ko="노이즈가 학습 방식 {n}가지에 미치는 영향"
    ),
    "made": Text(en="Made with NoiseLens {version}, {date}", ko="NoiseLens {version}, {date}에 만듦"),
    "contents": Text(en="Contents", ko="차례"),
    "summary": Text(en="In short", ko="한눈에"),
    "by_noise": Text(en="Accuracy noise by noise", ko="노이즈별 정확도"),
    "by_noise_about": Text(
        en="Right answers on {images} test pictures; {severities}. Lines show 95 % intervals; hollow marks: the run was "
        "trained with this noise. The dotted line is what guessing gives.",
        ko="시험 사진 {images}장에서 맞힌 비율, {severities}. 선은 95% 구간이고, 속이 빈 표시는 학습 때 본 노이즈입니다. 점선은 "
        "찍었을 때의 정확도입니다.",
    ),
    "by_noise_many": Text(
        en="Noises stand by family, each the mean of so many noises; then follow the {n} that cost most. “All numbers” has every noise.",
        ko="노이즈를 계열별로 묶어 괄호 안 개수의 평균을 보이고, 가장 손실이 큰 {n}가지가 뒤따릅니다. ‘모든 숫자’에 노이즈가 모두 있습니다.",
    ),
    "by_severity_many": Text(
        en="Of many noises the {n} that cost most.", ko="노이즈가 많아 손실이 큰 {n}가지만 보입니다."
    ),
    "by_noise_seeds": Text(
        en="Of several seeds the mean is shown, and each seed as a faint dot.",
        ko="시드가 여럿이면 평균을 보이고, 시드는 옅은 점입니다.",
    ),
    "mean_of": Text(en="mean of severities {levels}", ko="강도 {levels}의 평균"),
    "at": Text(en="severity {levels}", ko="강도 {levels}"),
    "clean_alone": Text(en="without noise", ko="노이즈 없이"),
    "by_severity": Text(en="From clean to the strongest noise", ko="원본에서 가장 강한 노이즈까지"),
    "by_severity_about": Text(
        en="Accuracy at each severity, with 95 % intervals; 0 is clean.",
        ko="강도마다 잰 정확도와 95% 구간입니다. 0은 원본입니다.",
    ),
    "by_severity_seeds": Text(
        en="Of several seeds the mean is shown, and each seed as a faint line.",
        ko="시드가 여럿이면 평균을 보이고, 시드는 옅은 선입니다.",
    ),
    "grid": Text(en="Trained on, tested on", ko="학습과 시험"),
    "grid_about": Text(
        en="Accuracy in per cent; a dot: the run was trained with this noise.",
        ko="정확도(%)입니다. 점은 학습 때 본 노이즈입니다.",
    ),
    "grid_seeds": Text(en="Of several seeds it is the mean.", ko="시드가 여럿이면 평균입니다."),
    "findings": Text(en="Findings", ko="발견"),
    "distance": Text(en="Errors by distance from training", ko="학습과의 거리에 따른 오류"),
    "distance_about": Text(
        en="How far each noise moves what a network sees of the pictures from all that training showed, against wrong answers under it, "
        "with 95 % intervals. 1 is how far single clean pictures lie from their mean.",
        ko="각 노이즈가 모델이 보는 특징을 학습 때 본 것에서 얼마나 멀리 옮기는지와, 그 노이즈에서 틀린 비율(95% 구간)입니다. 1은 원본 사진 한 장이 "
        "평균에서 떨어진 정도입니다.",
    ),
    "spectrum": Text(en="Which patterns break it", ko="어떤 무늬에 무너지나"),
    "spectrum_about": Text(
        en="Wrong answers on {images} test pictures when a wave of one size is added, as strong everywhere: coarse patterns lie in the middle, "
        "fine ones at the rim (Fourier heat map, Yin et al. 2019).",
        ko="시험 사진 {images}장에 한 가지 굵기의 물결무늬를 같은 세기로 넣었을 때 틀린 비율입니다. 가운데가 굵은 무늬, 가장자리가 고운 무늬입니다"
        "(푸리에 지도, Yin 외 2019).",
    ),
    "spectrum_difference": Text(en="second less first", ko="둘째 − 첫째"),
    "resaved": Text(en="Pictures saved again alike", ko="똑같이 다시 저장한 사진"),
    "resaved_about": Text(
        en="A check, not a noise: who recognises what pictures show hardly notices. Points of accuracy lost, with the 95 % interval.",
        ko="노이즈가 아니라 점검입니다. 내용을 보는 모델은 거의 변하지 않습니다. 떨어진 정확도(%포인트)와 95% 구간입니다.",
    ),
    "check": Text(en="check", ko="점검"),
    "confusion": Text(en="What is taken for what", ko="무엇을 무엇으로 보나"),
    "confusion_about": Text(
        en="Pictures of each true class (rows) by the answer (columns): clean, then over all noises and severities tested.",
        ko="실제 클래스(행)의 사진을 무엇으로 답했는지(열) 센 것입니다. 먼저 원본, 다음은 시험한 모든 노이즈와 강도를 합친 것입니다.",
    ),
    "all_seeds": Text(en="{name} ({n} seeds together)", ko="{name}(시드 {n}개 합계)"),
    "with_noise": Text(en="{name}, with noise", ko="{name}, 노이즈"),
    "pictures": Text(en="Pictures and what counted on them", ko="사진과 중요하게 본 곳"),
    "pictures_about": Text(
        en="Clean above, under {noise} (severity {severity}) below; beside each what counted most for the answer "
        "(Grad-CAM; yellow: much, purple: little, the line: the most important fifth).",
        ko="위는 원본, 아래는 {noise}(강도 {severity})입니다. 옆 그림은 답에 중요했던 곳입니다(Grad-CAM. 노랑은 많이, 보라는 "
        "조금, 선은 가장 중요한 5분의 1).",
    ),
    "pictures_seed": Text(
        en="Of seed {seed}, the first of {n}.", ko="시드 {n}개 가운데 첫째인 시드 {seed}의 결과입니다."
    ),
    "became_wrong": Text(en="became wrong with noise: {n}", ko="노이즈로 틀리게 됨: {n}장"),
    "stayed_right": Text(en="stayed right: {n}", ko="계속 맞힘: {n}장"),
    "stayed_wrong": Text(en="stayed wrong: {n}", ko="계속 틀림: {n}장"),
    "became_right": Text(en="became right with noise: {n}", ko="노이즈로 맞히게 됨: {n}장"),
    "picture_alt": Text(
        en="Picture {number}: {words}; clean above, noisy below, each with what counted",
        ko="사진 {number}: {words}. 위는 원본, 아래는 노이즈, 옆은 중요하게 본 곳",
    ),
    "picture_words": Text(
        en="{truth}: read as {before}, with noise as {after}",
        ko="{truth}: 원본은 {before}, 노이즈에서는 {after:으로/로} 판정",
    ),
    "no_pictures": Text(
        en="{name}: no pictures are shown, as {why}.", ko="{name}: {why} 사진을 보이지 않습니다."
    ),
    "why_deleted": Text(en="its data set has been deleted", ko="데이터가 삭제되어"),
    "why_changed": Text(en="its data set has changed since", ko="데이터가 그 뒤 바뀌어"),
    "why_maps": Text(en="its maps are not there", ko="맵이 없어"),
    "why_draws": Text(
        en="this version draws the same noise otherwise", ko="이 버전은 같은 노이즈를 다르게 그려"
    ),
    "numbers": Text(en="All numbers", ko="모든 숫자"),
    "numbers_about": Text(
        en="Accuracy in per cent with its 95 % interval, of so many pictures.",
        ko="정확도(%)와 95% 구간, 사진 수입니다.",
    ),
    "numbers_beside": Text(
        en="Accuracy in per cent, in brackets its 95 % interval.", ko="정확도(%)이고, 괄호는 95% 구간입니다."
    ),
    "numbers_seeds": Text(
        en="Of several seeds it is the mean; the ZIP has each of them.",
        ko="시드가 여럿이면 평균이며, 시드별 숫자는 ZIP에 있습니다.",
    ),
    "run": Text(en="run", ko="모델"),
    "seed": Text(en="seed", ko="시드"),
    "seeds": Text(en="seeds", ko="시드 수"),
    "each_seed": Text(en="each seed, %", ko="시드별, %"),
    "overview_noise": Text(
        en="Noises in the mean: {n}, {severities}.", ko="평균에 든 노이즈: {n}가지, {severities}."
    ),
    "overview_interval": Text(
        en="In brackets the 95 % interval: what other test pictures might change.",
        ko="괄호는 95% 구간으로, 시험 사진이 달랐다면 나올 수 있는 범위입니다.",
    ),
    "overview_seeds": Text(
        en="± is the standard deviation over seeds: what training once more might change.",
        ko="±는 시드 사이의 표준편차로, 다시 학습하면 달라질 수 있는 크기입니다.",
    ),
    "each_run": Text(en="Each seed", ko="시드별 결과"),
    "noise": Text(en="noise", ko="노이즈"),
    "severity": Text(en="severity", ko="강도"),
    "images": Text(en="pictures", ko="사진"),
    "right": Text(en="right", ko="맞힘"),
    "accuracy": Text(en="accuracy, %", ko="정확도, %"),
    "interval": Text(en="95 % interval", ko="95% 구간"),
    "clean": Text(en="clean", ko="원본"),
    "mean": Text(en="mean under noise", ko="노이즈 평균"),
    "lost": Text(en="points lost", ko="떨어진 %포인트"),
    "guessing": Text(en="guessing", ko="찍었을 때"),
    "data": Text(en="The pictures", ko="데이터"),
    "data_name": Text(en="name", ko="이름"),
    "data_origin": Text(en="where they come from", ko="출처"),
    "data_licence": Text(en="licence", ko="라이선스"),
    "data_size": Text(en="size", ko="크기"),
    "data_classes": Text(en="pictures by class", ko="클래스별 사진"),
    "data_split": Text(en="for training, validation, testing", ko="학습, 검증, 시험"),
    "data_fingerprint": Text(en="fingerprint", ko="지문"),
    "data_gone": Text(
        en="“{name}” has been deleted; what was measured on it stays.",
        ko="“{name}” 데이터는 삭제되었고, 잰 결과는 남아 있습니다.",
    ),
    "recipes": Text(en="How each was trained", ko="어떻게 학습했나"),
    "trained": Text(
        en="{model}, {epochs} epochs, {seeds}; {mix}.", ko="{model}, {epochs}에폭, {seeds}. {mix}."
    ),
    "seed_n": Text(en="seed {seeds}", ko="시드 {seeds}"),
    "seeds_n": Text(en="seeds {seeds}", ko="시드 {seeds}"),
    "mix_clean": Text(en="on clean pictures alone", ko="원본으로만"),
    "mix_noises": Text(
        en="on pictures of which {share} % stayed clean; noises: {noises}",
        ko="{share}%는 원본 그대로, 노이즈: {noises}",
    ),
    "augmented": Text(en="changed by {how} besides", ko="{how} 적용"),
    "kept_clean": Text(
        en="Kept is the epoch that was best on clean validation pictures.",
        ko="검증 사진(원본)에서 가장 좋은 에폭을 남겼습니다.",
    ),
    "kept_clean_and_noisy": Text(
        en="Kept is the epoch that was best on validation pictures, clean and under noises that no headline counts "
        "(speckle noise, Gaussian blur, spatter, saturate).",
        ko="검증 사진의 원본과, 결과의 평균에 넣지 않는 노이즈(스페클, 가우시안 흐림, 튐, 채도)에서 가장 좋은 에폭을 남겼습니다.",
    ),
    "kept_last": Text(en="Kept is the last epoch.", ko="마지막 에폭을 남겼습니다."),
    "brought": Text(
        en="{model}, brought in from {source}: what it was trained on is not known here.",
        ko="{model}, {source}에서 가져옴. 무엇으로 학습했는지는 알 수 없습니다.",
    ),
    "brought_answers": Text(
        en="Answers that were made elsewhere, taken back from {source}: what made them is not known here.",
        ko="다른 곳에서 만든 답을 {source}에서 가져왔습니다. 무엇이 답했는지는 알 수 없습니다.",
    ),
    "recipe_file": Text(en="recipe as a file", ko="학습 설정 파일"),
    "again": Text(en="How to get the same numbers", ko="같은 결과를 얻으려면"),
    "again_about": Text(
        en="Save the recipe as recipe.json beside the same data set (the fingerprint above says whether it is the same), then:",
        ko="학습 설정을 recipe.json으로 저장하고, 위 지문과 같은 데이터가 있는 곳에서 다음을 실행합니다.",
    ),
    "again_seeds": Text(
        en="The recipe is that of the first seed; the commands name the others.",
        ko="학습 설정은 첫째 시드의 것이고, 나머지 시드는 명령에 적혀 있습니다.",
    ),
    "tests_again": Text(en="Test them again", ko="다시 시험하려면"),
    "again_brought": Text(
        en="{name} was made elsewhere: its file has the SHA-256 {sha}.",
        ko="{name:은/는} 다른 곳에서 만들었습니다. 파일의 SHA-256은 {sha}입니다.",
    ),
    "versions": Text(en="tested with {versions}", ko="시험한 버전: {versions}"),
    "latex_interval": Text(
        en="± is half the width of the 95 % interval; dagger: trained with this noise",
        ko="±는 95% 구간의 반폭, 단검표는 학습 때 본 노이즈",
    ),
    "latex_seeds": Text(
        en="± is the standard deviation over seeds, where there are several; dagger: trained with this noise",
        ko="±는 시드가 여럿일 때 시드 사이의 표준편차, 단검표는 학습 때 본 노이즈",
    ),
    "fold": Text(en="show", ko="보기"),
    "interactive": Text(en="The same, to point at", ko="가리켜 볼 수 있는 차트"),
    "gathering": Text(en="Gathering numbers", ko="숫자를 모으는 중"),
    "drawing": Text(en="Drawing charts", ko="차트를 그리는 중"),
    "picturing": Text(en="Choosing pictures", ko="사진을 고르는 중"),
    "packing": Text(en="Packing", ko="압축하는 중"),
}


def word(key: str, language: Language, **values: object) -> str:
    """One of WORDS, filled."""
    return fill(WORDS[key][language], **values)
