using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using RecOps.Client.Hosting;
using RecOps.Client.Security;
using RecOps.Client.Shell;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>One rule of the draft, with what it selects and what shoppers would see beside it.</summary>
public sealed partial class RuleEditorPage : ComponentBase, IDisposable
{
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(4);
    private readonly CancellationTokenSource ends = new();
    private Rule? rule;
    private RuleMatches? matches;
    private RuleSelection? counted;
    private RuleWarning[] warnings = [];
    private RuleDocument? checkedDocument;

    [Parameter]
    public string RuleId { get; set; } = "";

    [Inject]
    internal DraftEditor Draft { get; set; } = default!;

    [Inject]
    internal RulesClient Client { get; set; } = default!;

    [Inject]
    internal SessionState Session { get; set; } = default!;

    [Inject]
    internal PageWatch Page { get; set; } = default!;

    [Inject]
    internal ISnackbar Messages { get; set; } = default!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = default!;

    [Inject]
    internal TimeProvider Clock { get; set; } = default!;

    private string MatchesText => rule?.Select is null ? "every item"
        : matches is null ? "counting"
        : matches.Errors.Length > 0 ? ""
        : $"{Quantity.Count(matches.Count)} items, {Quantity.Count(matches.InStock)} in stock";

    public void Dispose()
    {
        Draft.Changed -= OnDraftChanged;
        Session.Changed -= OnDraftChanged;
        Page.ShortcutPressed -= OnShortcut;
        _ = Page.GuardAsync(has: false, unsaved: false);
        ends.Cancel();
        ends.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        Draft.Changed += OnDraftChanged;
        Session.Changed += OnDraftChanged;
        Page.ShortcutPressed += OnShortcut;
        await Draft.LoadAsync();
        if (QueryText.Parse(new Uri(Navigation.Uri).Query).ContainsKey("new") && Draft.Stored is not null && Draft.Find(RuleId) is null)
        {
            Draft.Change("a new rule", document => document with
            {
                Rules = [.. document.Rules, new Rule { Id = RuleId, Owner = Session.User is { Length: > 0 } user ? user : null, Then = new RuleAction { Type = RuleType.Boost, Strength = 1.5 } }],
            });
            Navigation.NavigateTo($"rules/edit/{Uri.EscapeDataString(RuleId)}", replace: true);
        }

        _ = Polling.RunAsync(Draft.LookAsync, () => LookPause, Page, Clock, ends.Token);
    }

    protected override void OnParametersSet() => OnDraftChanged();

    private static string Text(ChangeEventArgs change) => change.Value?.ToString() ?? "";

    private string? ErrorOf(string field)
    {
        int index = Array.FindIndex(Draft.Document.Rules, known => known.Id == RuleId);
        string path = $"rules[{index}].{field}";
        foreach ((string key, string[] messages) in Draft.Errors)
        {
            // Mistakes of an entry of a list are shown at the list.
            if (key == path || (key.StartsWith(path + "[", StringComparison.Ordinal) && messages.Length > 0))
                return messages[0];
        }

        return null;
    }

    private void Change(string what, Func<Rule, Rule> change) => Draft.ChangeRule(RuleId, $"{what} of {(rule?.Name.Length > 0 ? rule.Name : RuleId)}", change);

    private void SetPriority(ChangeEventArgs change)
    {
        if (int.TryParse(Text(change), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int priority))
            Change("priority", known => known with { Priority = priority });
    }

    private void Delete()
    {
        string name = rule!.Name;
        Draft.Change($"deleting {name}", document => document with { Rules = [.. document.Rules.Where(known => known.Id != RuleId)] });
        Messages.Add($"{name} was deleted from the draft.", Severity.Normal, options =>
        {
            options.Action = "Undo";
            options.ActionColor = Color.Inherit;
            options.OnClick = _ =>
            {
                Draft.Undo();
                return Task.CompletedTask;
            };
        });
        Navigation.NavigateTo("rules");
    }

    /// <summary>An item was dragged to a place of the preview: a rule of its own pins it there, as this rule does when it is such a pin.</summary>
    private void PinAsync((string ItemId, string Title, int Place, string Placement) pin)
    {
        if (rule is { Then.Type: RuleType.Pin, Select.Items: [var own] } && own == pin.ItemId)
        {
            Change("place", known => known with { Then = known.Then with { Position = pin.Place, AtOrAbove = null } });
            return;
        }

        Draft.Change($"pinning {pin.Title}", document =>
        {
            Rule? known = document.Rules.FirstOrDefault(other =>
                other is { Then.Type: RuleType.Pin, Select.Items: [var item] } && item == pin.ItemId && other.When is { Placements: [var placement] } && placement == pin.Placement);
            return known is not null
                ? document with { Rules = [.. document.Rules.Select(other => other.Id == known.Id ? other with { Then = new RuleAction { Type = RuleType.Pin, Position = pin.Place } } : other)] }
                : document with { Rules = [.. document.Rules, NewRule(document, $"Pin {pin.Title}", pin.ItemId, pin.Placement, new RuleAction { Type = RuleType.Pin, Position = pin.Place })] };
        });
        Announce($"{pin.Title} is pinned to place {pin.Place} on {pin.Placement}.");
    }

    private void ExcludeAsync((string ItemId, string Title, string Placement) exclusion)
    {
        Draft.Change($"excluding {exclusion.Title}", document => document with
        {
            Rules = [.. document.Rules, NewRule(document, $"Hide {exclusion.Title}", exclusion.ItemId, exclusion.Placement, new RuleAction { Type = RuleType.Exclude })],
        });
        Announce($"{exclusion.Title} is hidden on {exclusion.Placement}.");
    }

    private Rule NewRule(RuleDocument document, string name, string itemId, string placement, RuleAction then) => new()
    {
        Id = RuleOrdering.NewId(document), Name = name.Length <= 120 ? name : name[..120], Owner = Session.User,
        When = new RuleCondition { Placements = [placement] }, Select = new RuleSelection { Items = [itemId] }, Then = then,
    };

    private void Announce(string message) => Messages.Add($"{message} It is a rule of its own in the draft.", Severity.Normal, options =>
    {
        options.Action = "Undo";
        options.ActionColor = Color.Inherit;
        options.OnClick = _ =>
        {
            Draft.Undo();
            return Task.CompletedTask;
        };
    });

    private void OnShortcut(string name)
    {
        if (!Session.MayMerchandise)
            return;
        if (name == "undo")
            Draft.Undo();
        else if (name == "redo")
            Draft.Redo();
        else
            _ = Draft.SaveAsync();
    }

    private void OnDraftChanged() => _ = InvokeAsync(async () =>
    {
        rule = Draft.Find(RuleId);
        StateHasChanged();
        await Page.GuardAsync(has: true, unsaved: Draft.HasUnsaved);
        await Task.WhenAll(CountAsync(), CheckAsync());
    });

    private async Task CountAsync()
    {
        if (rule?.Select is not { } select || ReferenceEquals(counted, select))
            return;

        counted = select;
        ApiResult<RuleMatches> answer = await Client.MatchesAsync(select);
        if (!answer.Succeeded || !ReferenceEquals(counted, rule?.Select))
            return;

        matches = answer.Value;
        StateHasChanged();
    }

    private async Task CheckAsync()
    {
        if (ReferenceEquals(checkedDocument, Draft.Document) || Draft.Status is DraftStatus.Loading)
            return;

        RuleDocument document = checkedDocument = Draft.Document;
        ApiResult<RuleValidation> answer = await Client.ValidateAsync(document);
        if (!answer.Succeeded || !ReferenceEquals(document, Draft.Document))
            return;

        warnings = answer.Value.Warnings;
        StateHasChanged();
    }
}
