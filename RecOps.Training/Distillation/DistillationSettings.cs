namespace RecOps.Training.Distillation;

/// <summary>How strongly a student follows its teachers, and what it learns from them.</summary>
/// <param name="Alpha">Weight of the teachers in the loss, 0 to 1; the rest is what shoppers bought. 0 is a student without
/// teachers.</param>
/// <param name="Temperature">Divides the teachers' logits, so that their order further down counts too; above 0.</param>
/// <param name="Listwise">Weight of the listwise loss relative to the soft loss, 0 or more.</param>
/// <param name="EarlyShare">Share of the steps that follow the early teachers, 0 to 1.</param>
internal sealed record DistillationSettings(double Alpha, double Temperature, double Listwise, double EarlyShare)
{
    /// <summary>The defaults; the documentation describes the sweep behind them.</summary>
    public static readonly DistillationSettings Default = new(0.5, 2, 0.25, 0.3);

    /// <summary>The settings that a sweep tries.</summary>
    public static readonly IReadOnlyList<DistillationSettings> Sweep =
    [
        Default,
        Default with
        {
            Alpha = 0.3,
        },
        Default with
        {
            Alpha = 0.7,
        },
        Default with
        {
            Alpha = 0.9,
        },
        Default with
        {
            Temperature = 1,
        },
        Default with
        {
            Temperature = 4,
        },
        Default with
        {
            Listwise = 0,
        },
        Default with
        {
            Listwise = 1,
        },
        Default with
        {
            EarlyShare = 0,
        },
    ];

    public override string ToString() =>
        FormattableString.Invariant($"α {Alpha:0.##}, temperature {Temperature:0.##}, listwise {Listwise:0.##}, early {EarlyShare:0.##}");
}
