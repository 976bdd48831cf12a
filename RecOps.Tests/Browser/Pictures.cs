using Microsoft.Playwright;

namespace RecOps.Tests.Browser;

/// <summary>
/// Pictures of pages for people to look at, where RECOPS_PICTURES is 1; taking them costs more than most tests.
/// </summary>
internal static class Pictures
{
    private static readonly bool Wanted = Environment.GetEnvironmentVariable("RECOPS_PICTURES") == "1";

    /// <param name="name">Of the file in <see cref="Repository.Screenshots"/>.</param>
    public static Task TakeAsync(IPage page, string name) =>
        Wanted
            ? page.ScreenshotAsync(
                new()
                {
                    Path = Path.Combine(Repository.Screenshots, $"{name}.png"),
                    FullPage = true,
                    Animations = ScreenshotAnimations.Disabled,
                }
            )
            : Task.CompletedTask;
}
