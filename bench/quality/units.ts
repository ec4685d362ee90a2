/** The units by which the quality of pictures is judged: ten of VGG-19, ten of ResNet-50, from low layers to high ones. */
export const judged: readonly { readonly network: "VGG-19" | "ResNet-50"; readonly unit: string }[] = [
  ...[
    "block3_conv2:0",
    "block3_conv2:37",
    "block3_conv2:124",
    "block3_conv2:244",
    "block3_conv3:5",
    "block3_conv3:121",
    "block3_conv3:195",
    "block3_conv4:8",
    "block3_conv4:66",
    "block3_conv4:211",
  ].map((unit) => ({ network: "VGG-19" as const, unit })),
  ...[
    "activation_7:12",
    "activation_10:60",
    "activation_10:100",
    "activation_13:3",
    "activation_16:77",
    "activation_19:100",
    "activation_22:201",
    "activation_25:20",
    "activation_31:111",
    "activation_39:512",
  ].map((unit) => ({ network: "ResNet-50" as const, unit })),
];
