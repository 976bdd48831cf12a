using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;
using RecOps.Client.Hosting;
using RecOps.Client.Security;
using RecOps.Client.Shell;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>All rules of the draft, in the order in which they take precedence.</summary>
public sealed partial class RulesPage : ComponentBase, IDisposable
{
    private readonly HashSet<string> _chosen = [];
    private RuleFilter _filter = RuleFilter.Default;
    private Rule[] _rows = [];
    private IReadOnlyList<RuleDifference> _differences = [];
    private HashSet<string> _changed = [];
    private RuleDocument? _published;
    private int _publishedVersion = -1;
    private string? _dragged;
    private string? _dropBefore;
    private bool _publishing;
    private bool _importing;

    [Inject]
    internal DraftEditor Draft { get; set; } = default!;

    [Inject]
    internal DraftWarnings Warnings { get; set; } = default!;

    [Inject]
    internal RulesClient Client { get; set; } = default!;

    [Inject]
    internal RulesWatch Watch { get; set; } = default!;

    [Inject]
    internal SessionState Session { get; set; } = default!;

    [Inject]
    internal IDialogService Dialogs { get; set; } = default!;

    [Inject]
    internal ISnackbar Messages { get; set; } = default!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = default!;

    private string Summary =>
        _published is null
            ? ""
            : $"{Quantity.Of(Draft.Document.Rules.Length, "rule")}, {Draft.Document.Rules.Count(rule => rule.Enabled)} on · "
                + (_publishedVersion == 0 ? "nothing published yet" : $"v{_publishedVersion} is published")
                + $" · {RuleDiff.Summarize(_differences)}";

    public void Dispose()
    {
        Draft.Changed -= OnDraftChanged;
        Warnings.Changed -= OnDraftChanged;
        Watch.Changed -= OnWatchChanged;
        Session.Changed -= Refresh;
        Navigation.LocationChanged -= OnLocationChanged;
    }

    protected override async Task OnInitializedAsync()
    {
        Draft.Changed += OnDraftChanged;
        Warnings.Changed += OnDraftChanged;
        Watch.Changed += OnWatchChanged;
        Session.Changed += Refresh;
        Navigation.LocationChanged += OnLocationChanged;
        _filter = RuleFilter.Parse(new Uri(Navigation.Uri).Query);
        await Draft.LoadAsync();
        await Watch.LookAsync();
    }

    private static string Text(ChangeEventArgs change) => change.Value?.ToString() ?? "";

    private static Tone ToneOf(Rule rule) =>
        rule.Then.Type switch
        {
            RuleType.Exclude or RuleType.Bury => Tone.Bad,
            RuleType.Boost or RuleType.Pin => Tone.Good,
            _ => Tone.Neutral,
        };

    private IEnumerable<string> ErrorsOf(Rule rule)
    {
        int index = Array.IndexOf(Draft.Document.Rules, rule);
        return Draft
            .Errors.Where(error => error.Key.StartsWith($"rules[{index}].", StringComparison.Ordinal))
            .SelectMany(error => error.Value);
    }

    private void Open(RuleFilter next) => Navigation.NavigateTo("rules" + next.ToQuery(), replace: true);

    private void OnLocationChanged(object? sender, LocationChangedEventArgs change)
    {
        if (Navigation.ToBaseRelativePath(change.Location).Split('?')[0] != "rules")
            return;

        _filter = RuleFilter.Parse(new Uri(change.Location).Query);
        Recompute();
        Refresh();
    }

    private void OnDraftChanged() =>
        _ = InvokeAsync(() =>
        {
            Recompute();
            StateHasChanged();
        });

    private void OnWatchChanged() => _ = InvokeAsync(LoadPublishedAsync);

    private async Task LoadPublishedAsync()
    {
        int version = Math.Max(Draft.Stored?.PublishedVersion ?? 0, Watch.State?.Version ?? 0);
        if (version != _publishedVersion)
        {
            ApiResult<RuleVersionDetails>? answer = version == 0 ? null : await Client.VersionAsync(version);
            if (answer is { Succeeded: false })
                return;

            _published = answer?.Value?.Document ?? RuleDocument.Empty;
            _publishedVersion = version;
        }

        Recompute();
        StateHasChanged();
    }

    private void Recompute()
    {
        _differences = _published is null ? [] : RuleDiff.Between(_published, Draft.Document);
        _changed = [.. _differences.Select(difference => difference.Either.Id)];
        HashSet<string> warned = [.. Warnings.All.Select(warning => warning.RuleId)];
        _rows =
        [
            .. RuleOrdering
                .Ordered(Draft.Document)
                .Where(rule => _filter.Accepts(rule, _changed.Contains(rule.Id), warned.Contains(rule.Id))),
        ];
        _chosen.IntersectWith(Draft.Document.Rules.Select(rule => rule.Id));
    }

    private void Refresh() => _ = InvokeAsync(StateHasChanged);

    private void Create()
    {
        string id = RuleOrdering.NewId(Draft.Document);
        Navigation.NavigateTo($"rules/edit/{id}?new=true");
    }

    private void Choose(string id)
    {
        if (!_chosen.Remove(id))
            _chosen.Add(id);
    }

    private void Toggle(Rule rule) =>
        Draft.ChangeRule(
            rule.Id,
            $"{(rule.Enabled ? "turning off" : "turning on")} {rule.Name}",
            known => known with { Enabled = !known.Enabled }
        );

    private void SetEnabled(bool enabled) =>
        Draft.Change(
            $"turning {(enabled ? "on" : "off")} {Quantity.Of(_chosen.Count, "rule")}",
            document =>
                document with
                {
                    Rules = [.. document.Rules.Select(rule => _chosen.Contains(rule.Id) ? rule with { Enabled = enabled } : rule)],
                }
        );

    private void DuplicateChosen() => Duplicate([.. _chosen]);

    private void Duplicate(string[] ids) =>
        Draft.Change(
            $"duplicating {Quantity.Of(ids.Length, "rule")}",
            document =>
            {
                foreach (string id in ids)
                {
                    if (document.Rules.FirstOrDefault(rule => rule.Id == id) is { } rule)
                        document = document with
                        {
                            Rules =
                            [
                                .. document.Rules,
                                rule with
                                {
                                    Id = RuleOrdering.NewId(document),
                                    Name = CopyName(rule.Name),
                                    Enabled = false,
                                    Owner = Session.User,
                                },
                            ],
                        };
                }

                return document;
            }
        );

    private static string CopyName(string name)
    {
        const int most = 120;
        string copy = $"{name} (copy)";
        return copy.Length <= most ? copy : copy[..most];
    }

    private void DeleteChosen()
    {
        int count = _chosen.Count;
        HashSet<string> ids = [.. _chosen];
        Draft.Change(
            $"deleting {Quantity.Of(count, "rule")}",
            document => document with { Rules = [.. document.Rules.Where(rule => !ids.Contains(rule.Id))] }
        );
        _chosen.Clear();
        Messages.AddUndoable($"{Quantity.Of(count, "rule")} deleted from the draft.", Draft);
    }

    private void Step(string id, int by)
    {
        Rule[] order = RuleOrdering.Ordered(Draft.Document);
        int place = Array.FindIndex(order, rule => rule.Id == id);
        int target = by < 0 ? place - 1 : place + 2;
        if (place < 0 || target < 0 || target > order.Length)
            return;

        string? before = target == order.Length ? null : order[target].Id;
        Draft.Change($"priority of {order[place].Name}", document => RuleOrdering.Move(document, id, before));
    }

    private void Drop(string before)
    {
        if (_dragged is { } id && id != before && Draft.Find(id) is { } rule)
            Draft.Change($"priority of {rule.Name}", document => RuleOrdering.Move(document, id, before));
        EndDrag();
    }

    private void EndDrag() => (_dragged, _dropBefore) = (null, null);

    private async Task SwitchOffAsync()
    {
        if (
            !await Dialogs.ConfirmAsync(
                "Switch all rules off?",
                "From the next request on, every list is what the model thinks best, without any rules, until someone turns them on again.",
                "Switch rules off"
            )
        )
            return;

        ApiResult<RulesState> answer = await Client.SwitchAsync(off: true);
        if (!answer.Succeeded)
            Messages.Add(answer.Problem.Detail, Severity.Error);
        else if (answer.Value.SwitchIsLocal)
            Messages.Add(
                "Rules are off on this server. The database accepts no changes right now; the other servers follow once it does.",
                Severity.Warning
            );
        await Watch.LookAsync();
    }

    private async Task PublishedAsync(string message)
    {
        _publishing = false;
        Messages.Add(message, Severity.Normal);
        await Draft.LookAsync();
        await Watch.LookAsync();
        await LoadPublishedAsync();
    }
}
