namespace RecOps.Client.Telemetry.Charts;

/// <summary>
/// Colours of the charts in one theme. Series colours keep 3:1 against the surface, and differ in lightness as well as in
/// hue, so that they can be told apart without colour vision.
/// </summary>
internal sealed record ChartTheme(
    string Surface,
    string Text,
    string Grid,
    string HoverBackground,
    string HoverBorder,
    IReadOnlyDictionary<ChartColour, string> Series
)
{
    public static ChartTheme Light { get; } =
        new(
            "#ffffff",
            "#4a5568",
            "#e3e7ee",
            "#ffffff",
            "#c3cad6",
            new Dictionary<ChartColour, string>
            {
                [ChartColour.Blue] = "#2457d6",
                [ChartColour.Teal] = "#0f8a7e",
                [ChartColour.Amber] = "#b45f06",
                [ChartColour.Violet] = "#7c3fc4",
                [ChartColour.Red] = "#c62828",
                [ChartColour.Pink] = "#b83280",
                [ChartColour.Grey] = "#68758a",
                [ChartColour.Faint] = "#c3cad6",
            }
        );

    public static ChartTheme Dark { get; } =
        new(
            "#171e27",
            "#a3b0c2",
            "#273241",
            "#1f2833",
            "#3b4858",
            new Dictionary<ChartColour, string>
            {
                [ChartColour.Blue] = "#7aa7ff",
                [ChartColour.Teal] = "#4fd1c0",
                [ChartColour.Amber] = "#f0b25a",
                [ChartColour.Violet] = "#c09bff",
                [ChartColour.Red] = "#ff8080",
                [ChartColour.Pink] = "#f28cc0",
                [ChartColour.Grey] = "#8f9cae",
                [ChartColour.Faint] = "#465465",
            }
        );

    public static ChartTheme For(bool dark) => dark ? Dark : Light;
}
