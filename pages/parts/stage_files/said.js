// What a model says of the original and of the noisy picture, for the stage on the same page.

const answers = (document.noiselensAnswers ??= new Map());
const tell = () => document.dispatchEvent(new Event("noiselens:answered"));

export default function ({ data }) {
  answers.set(data.place, data);
  tell();
  return () => {
    answers.delete(data.place);
    tell();
  };
}
