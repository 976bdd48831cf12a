using Microsoft.Playwright;

namespace RecOps.Tests.Browser;

/// <summary>Theme and width of a window.</summary>
public sealed record Look(bool Dark, int Width)
{
    public static Look Wide { get; } = new(false, 1440);

    public static Look Narrow { get; } = new(false, 390);

    public int Height => Width < 600 ? 844 : 900;

    public ColorScheme Scheme => Dark ? ColorScheme.Dark : ColorScheme.Light;

    public override string ToString() => $"{(Dark ? "dark" : "light")}-{Width}";
}
