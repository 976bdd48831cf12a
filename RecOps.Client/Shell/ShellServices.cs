using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using MudBlazor.Services;

namespace RecOps.Client.Shell;

/// <summary>The frame around the pages, and how features add to it.</summary>
internal static class ShellServices
{
    public static IServiceCollection AddShell(this IServiceCollection services) =>
        services
            .AddMudServices(mud =>
            {
                mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
                mud.SnackbarConfiguration.VisibleStateDuration = 8_000;
                mud.SnackbarConfiguration.ShowTransitionDuration = 120;
                mud.SnackbarConfiguration.HideTransitionDuration = 120;
                mud.SnackbarConfiguration.HideIcon = true;
                mud.SnackbarConfiguration.SnackbarVariant = Variant.Filled;
            })
            .AddSingleton<ShownZone>()
            .AddSingleton(provider => provider.GetRequiredService<ShownZone>().Zone)
            .AddScoped<ConsolePages>()
            .AddScoped<PageWatch>()
            .AddScoped<ThemePreference>()
            .AddScoped<ZonePreference>();

    /// <summary>Offers a page in the navigation and the palette, after those that were added before.</summary>
    public static IServiceCollection AddPage(this IServiceCollection services, ConsolePage page) => services.AddSingleton(page);

    /// <summary>Puts a component into the frame around every page, after those that were added before.</summary>
    public static IServiceCollection AddFramePart<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] TComponent>(
        this IServiceCollection services,
        FramePlace place
    )
        where TComponent : IComponent => services.AddSingleton(new FramePart(place, typeof(TComponent)));
}
