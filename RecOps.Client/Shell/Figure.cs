namespace RecOps.Client.Shell;

/// <summary>One big number of a page.</summary>
/// <param name="Note">What it means or what it is compared with.</param>
public sealed record Figure(string Label, Quantity Value, string Note, Tone Tone = Tone.Neutral);
