// All alarms flash in step, whenever each began.
document.addEventListener("animationstart", event => {
  if (event.animationName !== "alarm-flash") return;
  for (const animation of event.target.getAnimations()) {
    if (animation.animationName === "alarm-flash") animation.startTime = 0;
  }
});
