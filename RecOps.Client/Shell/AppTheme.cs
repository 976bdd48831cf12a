using MudBlazor;

namespace RecOps.Client.Shell;

/// <summary>
/// The console's look. The colours are also in wwwroot/css/theme.css, because the page needs them before .NET runs. Text has a
/// contrast of at least 4.5:1 in both themes.
/// </summary>
internal static class AppTheme
{
    private static readonly string[] Fonts = ["system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "DejaVu Sans", "sans-serif"];

    public static MudTheme Theme { get; } =
        new()
        {
            PaletteLight = new PaletteLight
            {
                Primary = "#2457d6",
                PrimaryContrastText = "#ffffff",
                Secondary = "#0f766e",
                Info = "#2457d6",
                Success = "#17703a",
                Warning = "#8f4a00",
                WarningContrastText = "#ffffff",
                Error = "#b3261e",
                Background = "#f5f6f8",
                BackgroundGray = "#eef0f4",
                Surface = "#ffffff",
                AppbarBackground = "#ffffff",
                AppbarText = "#1a2233",
                DrawerBackground = "#ffffff",
                DrawerText = "#1a2233",
                DrawerIcon = "#4a5568",
                TextPrimary = "#1a2233",
                TextSecondary = "#4a5568",
                TextDisabled = "#6b7688",
                ActionDefault = "#4a5568",
                LinesDefault = "#dfe3ea",
                LinesInputs = "#7b8698",
                TableLines = "#e6e9ef",
                Divider = "#dfe3ea",
                Skeleton = "#e3e7ee",
            },
            PaletteDark = new PaletteDark
            {
                Primary = "#7aa7ff",
                PrimaryContrastText = "#0c1420",
                Secondary = "#4fd1c0",
                SecondaryContrastText = "#0c1420",
                Info = "#7aa7ff",
                InfoContrastText = "#0c1420",
                Success = "#5fd38d",
                SuccessContrastText = "#0c1420",
                Warning = "#f0b25a",
                WarningContrastText = "#0c1420",
                Error = "#ff8a84",
                ErrorContrastText = "#0c1420",
                Background = "#0f141b",
                BackgroundGray = "#131a22",
                Surface = "#171e27",
                AppbarBackground = "#171e27",
                AppbarText = "#e6ebf2",
                DrawerBackground = "#171e27",
                DrawerText = "#e6ebf2",
                DrawerIcon = "#a3b0c2",
                TextPrimary = "#e6ebf2",
                TextSecondary = "#a3b0c2",
                TextDisabled = "#8491a3",
                ActionDefault = "#a3b0c2",
                LinesDefault = "#2a3542",
                LinesInputs = "#66758a",
                TableLines = "#242e3a",
                Divider = "#2a3542",
                Skeleton = "#232d39",
            },
            Typography = new Typography
            {
                Default = new DefaultTypography
                {
                    FontFamily = Fonts,
                    FontSize = "0.875rem",
                    LineHeight = "1.43",
                    LetterSpacing = "normal",
                },
                Button = new ButtonTypography
                {
                    FontFamily = Fonts,
                    FontSize = "0.8125rem",
                    TextTransform = "none",
                    LetterSpacing = "normal",
                    FontWeight = "600",
                },
                H1 = new H1Typography
                {
                    FontFamily = Fonts,
                    FontSize = "1.25rem",
                    FontWeight = "650",
                    LetterSpacing = "normal",
                },
                H6 = new H6Typography
                {
                    FontFamily = Fonts,
                    FontSize = "1rem",
                    FontWeight = "650",
                    LetterSpacing = "normal",
                },
                Body1 = new Body1Typography
                {
                    FontFamily = Fonts,
                    FontSize = "0.875rem",
                    LetterSpacing = "normal",
                },
                Body2 = new Body2Typography
                {
                    FontFamily = Fonts,
                    FontSize = "0.8125rem",
                    LetterSpacing = "normal",
                },
            },
            LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px", AppbarHeight = "46px" },
        };
}
