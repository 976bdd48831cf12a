using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Client.Security;

/// <summary>Searches the audit log. The search is in the page's address.</summary>
public sealed partial class AuditPageView : ComponentBase, IDisposable
{
    private AuditFilter _query = AuditFilter.Default;
    private List<AuditRecord>? _entries;
    private string[] _actors = [];
    private long? _next;
    private long _open;
    private ApiProblem? _problem;
    private bool _busy;

    [Inject]
    internal SecurityClient Client { get; set; } = default!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = default!;

    [Inject]
    internal TimeZoneInfo Zone { get; set; } = default!;

    private string ExportAddress => Routes.Relative(Routes.AuditExport) + _query.ToServerQuery(Zone, null);

    public void Dispose() => Navigation.LocationChanged -= OnLocationChanged;

    protected override Task OnInitializedAsync()
    {
        Navigation.LocationChanged += OnLocationChanged;
        _query = AuditFilter.Parse(new Uri(Navigation.Uri).Query);
        return LoadAsync();
    }

    private static string Text(ChangeEventArgs change) => change.Value?.ToString() ?? "";

    private static Tone ToneOf(string action) =>
        action switch
        {
            AuditAction.SignInFailed or AuditAction.LockedOut or AuditAction.PublicationFailed => Tone.Bad,
            AuditAction.KillSwitch or AuditAction.KeyRevoked or AuditAction.PersonDeleted => Tone.Warn,
            AuditAction.RulesPublished or AuditAction.RulesRestored => Tone.Good,
            _ => Tone.Neutral,
        };

    private void Open(AuditFilter filter) => Navigation.NavigateTo("audit" + filter.ToQuery());

    private void OnLocationChanged(object? sender, LocationChangedEventArgs change)
    {
        if (Navigation.ToBaseRelativePath(change.Location).Split('?')[0] != "audit")
            return;

        _query = AuditFilter.Parse(new Uri(change.Location).Query);
        _ = InvokeAsync(() => LoadAsync());
    }

    private async Task LoadAsync(long? before = null)
    {
        _busy = true;
        ApiResult<AuditPage> answer = await Client.AuditAsync(_query.ToServerQuery(Zone, before));
        _busy = false;
        _problem = answer.Problem;
        if (answer.Succeeded)
        {
            _entries = before is null ? [.. answer.Value.Entries] : [.. _entries ?? [], .. answer.Value.Entries];
            (_next, _actors) = (answer.Value.Next, answer.Value.Actors);
        }

        StateHasChanged();
    }
}

/// <summary>Which entries of the audit log are shown.</summary>
/// <param name="From">A day in the viewer's zone, 2026-11-25; empty for the beginning.</param>
/// <param name="To">The last day.</param>
internal sealed record AuditFilter(string Search, string Actor, string Action, string From, string To)
{
    public static AuditFilter Default { get; } = new("", "", "", "", "");

    public static AuditFilter Parse(string query)
    {
        IReadOnlyDictionary<string, string> values = QueryText.Parse(query);
        return new(
            values.GetValueOrDefault("search", ""),
            values.GetValueOrDefault("actor", ""),
            values.GetValueOrDefault("action", ""),
            values.GetValueOrDefault("from", ""),
            values.GetValueOrDefault("to", "")
        );
    }

    public string ToQuery() => QueryText.Format(("search", Search), ("actor", Actor), ("action", Action), ("from", From), ("to", To));

    /// <summary>Converts days to points in time: a day is in the viewer's zone.</summary>
    public string ToServerQuery(TimeZoneInfo zone, long? before) =>
        QueryText.Format(
            ("search", Search),
            ("actor", Actor),
            ("action", Action),
            ("from", MomentOf(From, 0, zone)),
            ("to", MomentOf(To, 1, zone)),
            ("before", before?.ToString(CultureInfo.InvariantCulture))
        );

    private static string? MomentOf(string day, int add, TimeZoneInfo zone) =>
        DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? LocalTime
                .First(date.AddDays(add).ToDateTime(TimeOnly.MinValue), zone)
                .UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : null;
}
