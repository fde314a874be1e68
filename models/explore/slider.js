// A slider of the browser's own: by mouse, touch and keyboard, and known to screen readers.
export default {
  template: `
    <input type="range" :min="0" :max="max" :step="step" :value="modelValue" :disabled="off"
      :aria-label="named" :aria-valuetext="said" :style="{'--share': share}"
      @input="moved" @change="$emit('released')" />`,
  props: { modelValue: Number, max: Number, step: Number, off: Boolean, named: String, said: String },
  computed: {
    share() {
      return this.max > 0 ? this.modelValue / this.max : 0;
    },
  },
  methods: {
    moved(event) {
      this.$emit("update:modelValue", Number(event.target.value));
    },
  },
};
