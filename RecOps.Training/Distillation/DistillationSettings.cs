namespace RecOps.Training.Distillation;

/// <summary>How much a student listens to its teachers, and to what of them.</summary>
/// <param name="Alpha">Share of the teachers in the loss, 0 to 1; the rest is what shoppers bought. 0 is a student without
/// teachers.</param>
/// <param name="Temperature">Teachers' logits are divided by it, so that their order further down counts too; above 0.</param>
/// <param name="Listwise">Weight of the teachers' order at the top beside their probabilities, 0 or more.</param>
/// <param name="EarlyShare">Share of the steps that follow the teachers as they were early on, 0 to 1.</param>
internal sealed record DistillationSettings(double Alpha, double Temperature, double Listwise, double EarlyShare)
{
    /// <summary>What validated best in the sweep that the documentation describes.</summary>
    public static readonly DistillationSettings Default = new(0.5, 2, 0.25, 0.3);

    /// <summary>What a sweep tries.</summary>
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
