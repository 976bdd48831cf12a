using System.Globalization;
using System.Text.RegularExpressions;
using RecOps.Serving.Rules.Compilation;
using RecOps.Shared.Rules;

namespace RecOps.Serving.Rules.Validation;

/// <summary>Finds every reason why rules cannot be published, each with its path.</summary>
/// <param name="placements">Configured placements.</param>
internal sealed partial class RuleValidator(IReadOnlyCollection<string> placements)
{
    public const int MaxRules = 1000;
    public const int MaxNote = 2000;
    private const int MaxName = 120;
    private const int MaxPriority = 1000;
    private const int MaxValues = 500;
    private const int MaxItems = 5000;
    private const int MaxValueLength = 256;
    private const int MaxAttributes = 16;
    private const int MaxPlace = 100;
    private const int MaxDays = 365;

    public void Validate(RuleDocument document, List<RuleError> errors)
    {
        if (document.Rules is null)
        {
            errors.Add(new RuleError("rules", "rules is missing. Give an empty list for none."));
            return;
        }

        if (document.Rules.Length > MaxRules)
            errors.Add(new RuleError("rules", $"There are {document.Rules.Length} rules; at most {MaxRules} are allowed."));
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < Math.Min(document.Rules.Length, MaxRules); i++)
        {
            if (document.Rules[i] is not { } rule)
            {
                errors.Add(new RuleError($"rules[{i}]", "There is no rule here. Leave the entry out."));
                continue;
            }

            Validate(rule, $"rules[{i}]", errors);
            string id = rule.Id ?? "";
            if (id.Length > 0 && !seen.TryAdd(id, i))
                errors.Add(new RuleError($"rules[{i}].id", $"The id '{id}' is already used by rules[{seen[id]}]. Ids must be unique."));
        }
    }

    public static void Validate(RuleSelection selection, string path, List<RuleError> errors, bool isViewing = false)
    {
        Values($"{path}.categories", "categories", selection.Categories, MaxValues, errors);
        Values($"{path}.brands", "brands", selection.Brands, MaxValues, errors);
        Values($"{path}.items", "items", selection.Items, MaxItems, errors);
        if (selection.Price is { } price)
        {
            if (price.Min is null && price.Max is null)
                errors.Add(new RuleError($"{path}.price", "price needs min, max or both."));
            if (price.Min < 0)
                errors.Add(new RuleError($"{path}.price.min", "min must not be negative."));
            if (price.Max < 0)
                errors.Add(new RuleError($"{path}.price.max", "max must not be negative."));
            if (price.Min > price.Max)
                errors.Add(new RuleError($"{path}.price.max", $"max is {price.Max}; it must be at least min, {price.Min}."));
        }

        if (selection.Attributes is { } attributes)
        {
            if (attributes.Count is 0 or > MaxAttributes)
                errors.Add(
                    new RuleError(
                        $"{path}.attributes",
                        $"attributes has {attributes.Count} names; it must have 1 to {MaxAttributes}. Leave it out for none."
                    )
                );
            foreach ((string name, string[] values) in attributes)
            {
                if (name.Length is 0 or > MaxValueLength)
                    errors.Add(new RuleError($"{path}.attributes", $"Attribute names must have 1 to {MaxValueLength} characters."));
                Values($"{path}.attributes.{name}", name, values ?? [], MaxValues, errors);
            }
        }

        if (selection.BoughtWithinDays is not { } days)
            return;
        if (isViewing)
            errors.Add(new RuleError($"{path}.boughtWithinDays", "boughtWithinDays cannot be a condition on the item being viewed."));
        else if (days is < 1 or > MaxDays)
            errors.Add(new RuleError($"{path}.boughtWithinDays", $"boughtWithinDays is {days}; it must be 1 to {MaxDays}."));
    }

    public static void Validate(RuleSchedule schedule, string path, List<RuleError> errors)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone ?? "", out TimeZoneInfo? zone) || !zone.HasIanaId)
            errors.Add(
                new RuleError($"{path}.timeZone", $"timeZone is '{schedule.TimeZone}'; it must be an IANA name such as Europe/Madrid.")
            );
        bool from = Moment($"{path}.from", "from", schedule.From, errors, out DateTime begins);
        bool to = Moment($"{path}.to", "to", schedule.To, errors, out DateTime ends);
        if (from && to && ends <= begins)
            errors.Add(new RuleError($"{path}.to", $"to is {schedule.To}; it must be after from, {schedule.From}."));
        if (schedule.Days is { Length: 0 })
            errors.Add(new RuleError($"{path}.days", "days is empty. Leave it out for all days."));
        for (int i = 0; i < (schedule.Days?.Length ?? 0); i++)
        {
            if (!RuleDay.All.Contains(schedule.Days![i], StringComparer.OrdinalIgnoreCase))
                errors.Add(
                    new RuleError($"{path}.days[{i}]", $"'{schedule.Days[i]}' is not a day. Days are {string.Join(", ", RuleDay.All)}.")
                );
        }

        bool start = Time($"{path}.startTime", "startTime", schedule.StartTime, errors);
        bool end = Time($"{path}.endTime", "endTime", schedule.EndTime, errors);
        if (schedule.StartTime is null != schedule.EndTime is null)
            errors.Add(
                new RuleError(
                    $"{path}.{(schedule.StartTime is null ? "startTime" : "endTime")}",
                    "startTime and endTime belong together. Give both or neither."
                )
            );
        else if (start && end && schedule.StartTime == schedule.EndTime)
            errors.Add(new RuleError($"{path}.endTime", "endTime equals startTime. Leave both out for the whole day."));
        if (schedule is { From: null, To: null, Days: null, StartTime: null, EndTime: null })
            errors.Add(new RuleError(path, "schedule is empty. Give from, to, days, or startTime and endTime, or leave it out."));
    }

    private void Validate(Rule rule, string path, List<RuleError> errors)
    {
        if (!Id().IsMatch(rule.Id ?? ""))
            errors.Add(
                new RuleError($"{path}.id", $"id is '{rule.Id}'; it must have 1 to 64 letters, digits, dots, dashes or underscores.")
            );
        if ((rule.Name ?? "").Trim().Length is 0 or > MaxName)
            errors.Add(new RuleError($"{path}.name", $"name must have 1 to {MaxName} characters."));
        if (rule.Priority is < -MaxPriority or > MaxPriority)
            errors.Add(new RuleError($"{path}.priority", $"priority is {rule.Priority}; it must be {-MaxPriority} to {MaxPriority}."));
        if (rule.Owner is { Length: > MaxName })
            errors.Add(new RuleError($"{path}.owner", $"owner must have at most {MaxName} characters."));
        if (rule.When is { } when)
            Validate(when, $"{path}.when", errors);
        if (rule.Select is { } select)
            Validate(select, $"{path}.select", errors);
        if (rule.Then is null)
        {
            errors.Add(new RuleError($"{path}.then", "then is missing. Say what the rule does."));
            return;
        }

        Validate(rule.Then, $"{path}.then", errors);
        bool needsSelection = rule.Then.Type is RuleType.Exclude or RuleType.Include or RuleType.Boost or RuleType.Bury or RuleType.Pin;
        if (needsSelection && (rule.Select is null || rule.Select == new RuleSelection()))
            errors.Add(new RuleError($"{path}.select", $"select is empty, which means every item. Say which items to {rule.Then.Type}."));
        else if (rule.Then is { Type: RuleType.Cap, By: null } && (rule.Select is null || rule.Select == new RuleSelection()))
            errors.Add(
                new RuleError($"{path}.then.by", "A cap on every item would only shorten lists. Give by, or say in select which items.")
            );
    }

    private void Validate(RuleCondition when, string path, List<RuleError> errors)
    {
        Values($"{path}.placements", "placements", when.Placements, MaxValues, errors);
        for (int i = 0; i < (when.Placements?.Length ?? 0); i++)
        {
            if (!placements.Contains(when.Placements![i]))
                errors.Add(
                    new RuleError(
                        $"{path}.placements[{i}]",
                        $"'{when.Placements[i]}' is not a placement. Placements are {string.Join(", ", placements)}."
                    )
                );
        }

        Values($"{path}.segments", "segments", when.Segments, MaxValues, errors);
        Values($"{path}.countries", "countries", when.Countries, MaxValues, errors);
        if (when.Clusters is { Length: 0 })
            errors.Add(new RuleError($"{path}.clusters", "clusters is empty. Leave it out for all."));
        for (int i = 0; i < (when.Clusters?.Length ?? 0); i++)
        {
            if (when.Clusters![i] < 0)
                errors.Add(new RuleError($"{path}.clusters[{i}]", $"{when.Clusters[i]} is not a cluster. Clusters are 0 or more."));
        }

        if (when.Viewing is { } viewing)
        {
            Validate(viewing, $"{path}.viewing", errors, isViewing: true);
            if (viewing == new RuleSelection())
                errors.Add(new RuleError($"{path}.viewing", "viewing is empty. Say which items, or leave it out."));
        }

        if (when.Schedule is { } schedule)
            Validate(schedule, $"{path}.schedule", errors);
    }

    private static void Validate(RuleAction then, string path, List<RuleError> errors)
    {
        if (!RuleType.All.Contains(then.Type))
        {
            errors.Add(new RuleError($"{path}.type", $"type is '{then.Type}'; it must be one of {string.Join(", ", RuleType.All)}."));
            return;
        }

        bool weighs = then.Type is RuleType.Boost or RuleType.Bury;
        Belongs("strength", then.Strength is not null, weighs);
        Belongs("position", then.Position is not null, then.Type == RuleType.Pin);
        Belongs("atOrAbove", then.AtOrAbove is not null, then.Type == RuleType.Pin);
        Belongs("max", then.Max is not null, then.Type == RuleType.Cap);
        Belongs("by", then.By is not null, then.Type == RuleType.Cap);
        Belongs("within", then.Within is not null, then.Type == RuleType.Cap);
        if (weighs)
        {
            (double low, double high) = then.Type == RuleType.Boost ? (1.0, 4.0) : (0.0, 1.0);
            if (then.Strength is null)
                errors.Add(new RuleError($"{path}.strength", "strength is missing."));
            else if (!(then.Strength >= low && then.Strength <= high))
                errors.Add(
                    new RuleError(
                        $"{path}.strength",
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"strength is {then.Strength}; a {then.Type} multiplies scores by {low} to {high}."
                        )
                    )
                );
        }

        if (then.Type == RuleType.Pin)
        {
            if (then.Position is null == then.AtOrAbove is null)
                errors.Add(new RuleError($"{path}.position", "A pin needs position or atOrAbove, but not both."));
            Place("position", then.Position);
            Place("atOrAbove", then.AtOrAbove);
        }

        if (then.Type != RuleType.Cap)
            return;
        if (then.Max is null)
            errors.Add(new RuleError($"{path}.max", "max is missing."));
        else if (then.Max is < 0 or > MaxPlace)
            errors.Add(new RuleError($"{path}.max", $"max is {then.Max}; it must be 0 to {MaxPlace}."));
        if (then.By is not (null or "category" or "brand") && CapRule.AttributeOf(then.By) is null)
            errors.Add(
                new RuleError($"{path}.by", $"by is '{then.By}'; it must be category, brand or attribute:NAME, without spaces at the end.")
            );
        Place("within", then.Within);

        void Belongs(string field, bool isThere, bool may)
        {
            if (isThere && !may)
                errors.Add(new RuleError($"{path}.{field}", $"{field} does not apply to {then.Type}. Leave it out."));
        }

        void Place(string field, int? place)
        {
            if (place is < 1 or > MaxPlace)
                errors.Add(new RuleError($"{path}.{field}", $"{field} is {place}; it must be 1 to {MaxPlace}."));
        }
    }

    private static void Values(string path, string name, string[]? values, int most, List<RuleError> errors)
    {
        if (values is null)
            return;
        if (values.Length == 0)
            errors.Add(new RuleError(path, $"{name} is empty. Leave it out, or name at least one."));
        if (values.Length > most)
            errors.Add(new RuleError(path, $"{name} has {values.Length} entries; at most {most} are allowed."));
        for (int i = 0; i < Math.Min(values.Length, most); i++)
        {
            if ((values[i] ?? "").Length is 0 or > MaxValueLength)
                errors.Add(new RuleError($"{path}[{i}]", $"Entries of {name} must have 1 to {MaxValueLength} characters."));
        }
    }

    private static bool Moment(string path, string name, string? text, List<RuleError> errors, out DateTime moment)
    {
        moment = default;
        if (text is null)
            return false;
        if (
            DateTime.TryParseExact(text, ScheduleWindows.DateTimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out moment)
            && moment.Year is >= 2000 and < 2200
        )
            return true;
        errors.Add(new RuleError(path, $"{name} is '{text}'; it must be a local time such as 2026-11-27T18:00."));
        return false;
    }

    private static bool Time(string path, string name, string? text, List<RuleError> errors)
    {
        if (text is null)
            return false;
        if (TimeOnly.TryParseExact(text, ScheduleWindows.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            return true;
        errors.Add(new RuleError(path, $"{name} is '{text}'; it must be a time such as 18:00."));
        return false;
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex Id();
}
