namespace RecOps.Client.Hosting;

/// <summary>The answer of calls that say nothing but that it was done.</summary>
internal sealed record Nothing
{
    public static readonly Nothing Value = new();
}
