using Microsoft.AspNetCore.Components;

namespace RecOps.Client.Shell;

/// <summary>The zone that times are shown in; decided before the first page is drawn.</summary>
public sealed class ShownZone
{
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Local;
}

/// <summary>
/// The viewer's choice of zone: their own, or UTC to compare with a log. It is fixed while the console is open. Another choice
/// reloads the console, so that no time on the screen is left in the old zone.
/// </summary>
public sealed class ZonePreference(ShownZone shown, PageWatch page, NavigationManager navigation)
{
    /// <summary>Query parameter: a link shows times as its author saw them.</summary>
    public const string Parameter = "zone";

    private const string Key = "recops.zone";
    private const string Utc = "utc";
    private readonly TimeZoneInfo _own = shown.Zone;
    private bool _isUtc;

    /// <summary>The name to show: UTC, or the place.</summary>
    public string Name => shown.Zone.Equals(TimeZoneInfo.Utc) ? "UTC" : shown.Zone.Id.Split('/')[^1].Replace('_', ' ');

    /// <summary>The zone that a switch would show instead; null when the viewer's own zone is UTC.</summary>
    public string? Other =>
        _isUtc ? _own.Id
        : _own.Equals(TimeZoneInfo.Utc) ? null
        : "UTC";

    /// <summary>For <see cref="Parameter"/>; null when times are in the viewer's own zone, whichever that is.</summary>
    public string? InAddress => _isUtc ? Utc : null;

    /// <summary>Takes the zone from the address, or else the viewer's earlier choice.</summary>
    public async Task LoadAsync()
    {
        string? asked = QueryText.Parse(new Uri(navigation.Uri).Query).GetValueOrDefault(Parameter);
        _isUtc = (asked ?? await page.LoadAsync(Key)) == Utc;
        if (_isUtc)
            shown.Zone = TimeZoneInfo.Utc;
    }

    /// <summary>From the viewer's zone to UTC or back.</summary>
    public async Task SwitchAsync()
    {
        await page.StoreAsync(Key, _isUtc ? null : Utc);
        navigation.NavigateTo(navigation.GetUriWithQueryParameter(Parameter, _isUtc ? null : Utc), forceLoad: true);
    }
}
