namespace RecOps.Client.Hosting;

/// <summary>The result of calls that return nothing but success.</summary>
internal sealed record Nothing
{
    public static readonly Nothing Value = new();
}
