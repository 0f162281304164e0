"""You against the machine: a person names the pictures that the models were tested on."""

import streamlit as st

from pages.parts.i18n import literal, t
from pages.parts.quiz.asking import one_by_one
from pages.parts.quiz.beginning import begin
from pages.parts.quiz.keeping import list_kept
from pages.parts.quiz.outcome import outcome
from pages.parts.quiz.session import data_set_of_quiz, leave, taken

st.title(t("quiz.title"))
now = taken()
if now is None:
    begin()
    list_kept()
    st.stop()
data_set = data_set_of_quiz(now.quiz)
if now.ended:
    outcome(now, data_set)
elif data_set is None:
    st.info(t("quiz.pictures_gone", name=literal(now.quiz.data_set)), icon=":material/folder_off:")
    st.button(t("quiz.again"), key="quiz_again", icon=":material/replay:", on_click=leave)
else:
    one_by_one(data_set)
