using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using RecOps.Shared;
using RecOps.Shared.Rules;
using RecOps.Tests.Serving.Rules;
using Xunit;

namespace RecOps.Tests.Server.Rules;

public sealed class RuleValidationTests
{
    /// <summary>A way to break a valid rule, and the path where that is reported.</summary>
    private static readonly (string Path, Action<JsonObject> Spoil)[] Mistakes =
    [
        ("id", rule => rule["id"] = "with space"),
        ("id", rule => rule["id"] = new string('x', 65)),
        ("id", rule => rule["id"] = 7),
        ("id", rule => rule.Remove("id")),
        ("name", rule => rule["name"] = " "),
        ("name", rule => rule["name"] = new string('x', 121)),
        ("name", rule => rule["name"] = true),
        ("enabled", rule => rule["enabled"] = "yes"),
        ("priority", rule => rule["priority"] = 1001),
        ("priority", rule => rule["priority"] = 1.5),
        ("priority", rule => rule["priority"] = "high"),
        ("owner", rule => rule["owner"] = new string('x', 121)),
        ("colour", rule => rule["colour"] = "red"),
        ("when", rule => rule["when"] = "always"),
        ("when.placements[0]", rule => rule["when"] = Json("""{"placements":["cellar"]}""")),
        ("when.placements", rule => rule["when"] = Json("""{"placements":[]}""")),
        ("when.placements", rule => rule["when"] = Json("""{"placements":"home"}""")),
        ("when.segments[0]", rule => rule["when"] = Json("""{"segments":[""]}""")),
        ("when.countries[1]", rule => rule["when"] = Json("""{"countries":["FI",3]}""")),
        ("when.clusters", rule => rule["when"] = Json("""{"clusters":[]}""")),
        ("when.clusters[0]", rule => rule["when"] = Json("""{"clusters":[-1]}""")),
        ("when.clusters[0]", rule => rule["when"] = Json("""{"clusters":["one"]}""")),
        ("when.weather", rule => rule["when"] = Json("""{"weather":"rain"}""")),
        ("when.viewing", rule => rule["when"] = Json("""{"viewing":{}}""")),
        ("when.viewing.boughtWithinDays", rule => rule["when"] = Json("""{"viewing":{"boughtWithinDays":3}}""")),
        ("when.schedule.timeZone", rule => rule["when"] = Json("""{"schedule":{"timeZone":"Mars/Base","from":"2026-01-01T00:00"}}""")),
        ("when.schedule.timeZone", rule => rule["when"] = Json("""{"schedule":{"from":"2026-01-01T00:00"}}""")),
        ("when.schedule.from", rule => rule["when"] = Json("""{"schedule":{"timeZone":"UTC","from":"tomorrow"}}""")),
        (
            "when.schedule.to",
            rule => rule["when"] = Json("""{"schedule":{"timeZone":"UTC","from":"2026-01-02T00:00","to":"2026-01-01T00:00"}}""")
        ),
        ("when.schedule.days[0]", rule => rule["when"] = Json("""{"schedule":{"timeZone":"UTC","days":["someday"]}}""")),
        ("when.schedule.days", rule => rule["when"] = Json("""{"schedule":{"timeZone":"UTC","days":[]}}""")),
        ("when.schedule.endTime", rule => rule["when"] = Json("""{"schedule":{"timeZone":"UTC","startTime":"18:00"}}""")),
        ("when.schedule.endTime", rule => rule["when"] = Json("""{"schedule":{"timeZone":"UTC","startTime":"18:00","endTime":"18:00"}}""")),
        ("when.schedule.startTime", rule => rule["when"] = Json("""{"schedule":{"timeZone":"UTC","startTime":"6pm","endTime":"18:00"}}""")),
        ("when.schedule", rule => rule["when"] = Json("""{"schedule":{"timeZone":"UTC"}}""")),
        ("select", rule => rule["select"] = Json("{}")),
        ("select", rule => rule.Remove("select")),
        ("select.category", rule => rule["select"]!["category"] = "x"),
        ("select.categories", rule => rule["select"]!["categories"] = Json("[]")),
        ("select.brands[0]", rule => rule["select"]!["brands"] = Json("[null]")),
        ("select.items[0]", rule => rule["select"]!["items"] = Json($"[\"{new string('x', 257)}\"]")),
        ("select.price", rule => rule["select"]!["price"] = Json("{}")),
        ("select.price.min", rule => rule["select"]!["price"] = Json("""{"min":-1}""")),
        ("select.price.max", rule => rule["select"]!["price"] = Json("""{"min":9,"max":8}""")),
        ("select.price.max", rule => rule["select"]!["price"] = Json("""{"max":"8"}""")),
        ("select.inStock", rule => rule["select"]!["inStock"] = 1),
        ("select.attributes", rule => rule["select"]!["attributes"] = Json("{}")),
        ("select.attributes.colour", rule => rule["select"]!["attributes"] = Json("""{"colour":[]}""")),
        ("select.boughtWithinDays", rule => rule["select"]!["boughtWithinDays"] = 0),
        ("select.boughtWithinDays", rule => rule["select"]!["boughtWithinDays"] = 366),
        ("then.type", rule => rule["then"] = Json("""{"type":"promote"}""")),
        ("then.type", rule => rule.Remove("then")),
        ("then.strength", rule => rule["then"] = Json("""{"type":"boost"}""")),
        ("then.strength", rule => rule["then"] = Json("""{"type":"boost","strength":0.5}""")),
        ("then.strength", rule => rule["then"] = Json("""{"type":"bury","strength":1.5}""")),
        ("then.strength", rule => rule["then"] = Json("""{"type":"boost","strength":4.1}""")),
        ("then.strength", rule => rule["then"] = Json("""{"type":"exclude","strength":2}""")),
        ("then.position", rule => rule["then"] = Json("""{"type":"pin"}""")),
        ("then.position", rule => rule["then"] = Json("""{"type":"pin","position":0}""")),
        ("then.position", rule => rule["then"] = Json("""{"type":"pin","position":1,"atOrAbove":2}""")),
        ("then.atOrAbove", rule => rule["then"] = Json("""{"type":"pin","atOrAbove":101}""")),
        ("then.max", rule => rule["then"] = Json("""{"type":"cap","by":"brand"}""")),
        ("then.max", rule => rule["then"] = Json("""{"type":"cap","by":"brand","max":-1}""")),
        ("then.by", rule => rule["then"] = Json("""{"type":"cap","by":"shape","max":1}""")),
        ("then.by", rule => rule["then"] = Json("""{"type":"cap","by":"attribute:season ","max":1}""")),
        ("then.within", rule => rule["then"] = Json("""{"type":"cap","by":"brand","max":1,"within":0}""")),
        ("then.when", rule => rule["then"]!["when"] = 1),
    ];

    [Fact]
    public async Task Draft_HundredsOfSpoiledRules_EveryMistakeNamedAndNothingServedChanges()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        var console = new RuleConsole(client);
        await console.PublishAsync(RuleConsole.Pin("hero", "i30", 1));
        var random = new Random(11);
        for (int document = 0; document < 80; document++)
        {
            var rules = new JsonArray();
            var expected = new HashSet<string>();
            for (int i = 0; i < 5; i++)
            {
                JsonObject rule = (JsonObject)Json(
                    $$$"""{"id":"r{{{i}}}","name":"n","select":{"categories":["c"]},"then":{"type":"exclude"}}"""
                );
                (string path, Action<JsonObject> spoil) = Mistakes[((document * 5) + i) % Mistakes.Length];
                spoil(rule);
                expected.Add($"rules[{i}].{path}");
                rules.Add(rule);
            }

            string json = new JsonObject { ["rules"] = rules }.ToJsonString();
            RuleValidation validation = await console.ValidateAsync(json);
            var request = new HttpRequestMessage(HttpMethod.Put, Routes.RuleDraft)
            {
                Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json"),
            };
            request.Headers.TryAddWithoutValidation("If-Match", "*");
            JsonElement problem = await (await client.SendAsync(request, TestContext.Current.CancellationToken)).ExpectProblemAsync(
                HttpStatusCode.BadRequest
            );

            string[] found = [.. validation.Errors.Select(error => error.Path)];
            Assert.True(
                expected.IsSubsetOf(found),
                $"{json}\nfound: {string.Join(", ", found)}\nmissing: {string.Join(", ", expected.Except(found))}"
            );
            Assert.Equal(
                found.Distinct().Order(StringComparer.Ordinal),
                problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal)
            );
            Assert.All(validation.Errors, error => Assert.EndsWith(".", error.Message, StringComparison.Ordinal));
        }

        Assert.Equal(
            ("i30", 1),
            ((await application.RecommendAsync("u1")).Items[0].ItemId, (await application.RecommendAsync("u1")).RulesVersion)
        );
        Assert.Equal(["hero"], (await console.DraftAsync()).Document.Rules.Select(rule => rule.Id));
    }

    [Theory]
    [InlineData("[]", "$")]
    [InlineData("{}", "rules")]
    [InlineData("""{"rules":{}}""", "rules")]
    [InlineData("""{"rules":[3]}""", "rules[0]")]
    [InlineData("""{"rules":[],"version":2}""", "version")]
    public async Task Validate_NoDocument_SaysWhatBelongsThere(string json, string path)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();

        RuleValidation validation = await new RuleConsole(application.CreateClient()).ValidateAsync(json);

        Assert.Contains(path, validation.Errors.Select(error => error.Path));
    }

    [Fact]
    public async Task Validate_RandomRules_NothingWrong()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        var random = new Random(3);

        for (int round = 0; round < 20; round++)
        {
            Rule[] rules = [.. RandomRules.Document(random, 20).Rules.Select((rule, i) => rule with { Id = $"r{i}" })];
            Assert.Empty((await console.ValidateAsync(rules)).Errors);
        }
    }

    [Fact]
    public async Task Validate_PinsThatCannotStand_Warned()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        await client.SendJsonAsync(HttpMethod.Patch, Routes.CatalogItems, """{"items":[{"itemId":"i9","inStock":false}]}""");
        Rule only = new()
        {
            Id = "only",
            Name = "Only",
            Select = new RuleSelection { Items = ["i1", "i2", "i3", "i9"] },
            Then = new RuleAction { Type = RuleType.Include },
        };
        Rule cap = new()
        {
            Id = "cap",
            Name = "Cap",
            Select = new RuleSelection { Items = ["i1", "i2"] },
            Then = new RuleAction
            {
                Type = RuleType.Cap,
                Max = 1,
                Within = 10,
            },
        };

        RuleWarning[] warnings = (
            await new RuleConsole(client).ValidateAsync(
                only,
                cap,
                RuleConsole.Pin("p1", "i1", 1),
                RuleConsole.Pin("p2", "i2", 2),
                RuleConsole.Pin("sold-out", "i9", 3),
                RuleConsole.Pin("outside", "i20", 4)
            )
        ).Warnings;

        Assert.Equal(
            [(RuleWarningKind.PinsCollide, "p2"), (RuleWarningKind.Shadowed, "outside"), (RuleWarningKind.NeverApplies, "sold-out")],
            warnings
                .Where(warning => warning.Kind != RuleWarningKind.TooFewLeft)
                .Select(warning => (warning.Kind, warning.RuleId))
                .OrderBy(found =>
                    found.RuleId == "p2" ? 0
                    : found.RuleId == "outside" ? 1
                    : 2
                )
        );
        Assert.Equal(
            "'Cap' allows 1 such item in the first 10 positions, and earlier pins reach that limit. This rule's item moves below "
                + "position 10.",
            warnings.Single(warning => warning.RuleId == "p2").Message
        );
    }

    [Fact]
    public async Task Validate_RulesInEachOthersWay_Warned()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        Rule hidden = new()
        {
            Id = "hide",
            Name = "Hide category 1",
            Select = new RuleSelection { Categories = ["category-1"] },
            Then = new RuleAction { Type = RuleType.Exclude },
        };
        Rule boost = RuleConsole.Boost("boost", "category-1", 2) with { When = new RuleCondition { Placements = ["home"] } };
        Rule only = new()
        {
            Id = "only",
            Name = "Only",
            When = new RuleCondition { Placements = ["cart"] },
            Select = new RuleSelection { Items = ["i2", "i6"] },
            Then = new RuleAction { Type = RuleType.Include },
        };
        Rule past = RuleConsole.Exclude("past", "i2") with
        {
            When = new RuleCondition
            {
                Schedule = new RuleSchedule { TimeZone = "UTC", To = "2020-01-01T00:00" },
            },
        };

        RuleValidation validation = await console.ValidateAsync(
            hidden,
            boost,
            only,
            past,
            RuleConsole.Pin("p1", "i2", 3),
            RuleConsole.Pin("p2", "i6", 3),
            RuleConsole.Exclude("gone", "nothing")
        );

        Assert.Empty(validation.Errors);
        (string Kind, string RuleId)[] found = [.. validation.Warnings.Select(warning => (warning.Kind, warning.RuleId))];
        Assert.Contains((RuleWarningKind.Shadowed, "boost"), found);
        Assert.Contains((RuleWarningKind.TooFewLeft, ""), found);
        Assert.Contains((RuleWarningKind.NeverApplies, "past"), found);
        Assert.Contains((RuleWarningKind.PinsCollide, "p2"), found);
        Assert.Contains((RuleWarningKind.Unknown, "gone"), found);
        Assert.Contains((RuleWarningKind.NeverApplies, "gone"), found);
        Assert.DoesNotContain(validation.Warnings, warning => warning.RuleId == "hide");
    }

    [Fact]
    public async Task Export_ThenImport_SameRules()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        var console = new RuleConsole(client);
        Rule[] rules =
        [
            .. RandomRules.Document(new Random(9), 60).Rules.Select((rule, i) => rule with { Id = $"r{i}", Name = $"a, \"b\" | c {i}" }),
        ];
        rules[0] = rules[0] with { Select = new RuleSelection { Categories = ["a|b", "c\\d", "e,f"] } };
        await console.SaveAsync(rules);
        string saved = JsonSerializer.Serialize((await console.DraftAsync()).Document);

        foreach (string format in (string[])["json", "csv"])
        {
            string text = await client.GetStringAsync($"{Routes.RuleExport}?format={format}", TestContext.Current.CancellationToken);
            RuleImportResult read = await (
                await console.PostAsync(Routes.RuleImport, new RuleImportRequest { Format = format, Text = text })
            ).ReadAsync<RuleImportResult>();
            Assert.Empty(read.Errors);
            Assert.Equal(saved, JsonSerializer.Serialize(read.Document));
        }
    }

    [Fact]
    public async Task Import_TableWithMistakes_EachByRowAndColumn()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        const string table =
            "id,name,type,strength,position,categories,from,timeZone\n"
            + "a,A,boost,9,,c,,\nb,B,pin,,0,c,,\nc,C,bury,low,,c,tomorrow,UTC\nd,D,exclude\na,E,exclude,,,c,,\n";

        RuleImportResult read = await (
            await console.PostAsync(Routes.RuleImport, new RuleImportRequest { Format = "csv", Text = table })
        ).ReadAsync<RuleImportResult>();
        RuleImportResult column = await (
            await console.PostAsync(Routes.RuleImport, new RuleImportRequest { Format = "csv", Text = "id,nmae,type\na,A,exclude\n" })
        ).ReadAsync<RuleImportResult>();
        RuleImportResult json = await (
            await console.PostAsync(Routes.RuleImport, new RuleImportRequest { Format = "json", Text = "{\"rules\":[" })
        ).ReadAsync<RuleImportResult>();

        Assert.Null(read.Document);
        string[] paths = [.. read.Errors.Select(error => error.Path)];
        foreach (string path in (string[])["row 2, strength", "row 3, position", "row 4, strength", "row 4, from", "row 5", "row 6, id"])
            Assert.Contains(path, paths);
        Assert.Equal(2, column.Errors.Length);
        Assert.Equal("$", json.Errors.Single().Path);
        RuleImportResult twice = await (
            await console.PostAsync(
                Routes.RuleImport,
                new RuleImportRequest
                {
                    Format = "json",
                    Text = """{"rules":[{"id":"a","name":"n","name":"m","then":{"type":"exclude"}}]}""",
                }
            )
        ).ReadAsync<RuleImportResult>();
        Assert.Contains("'name' appears twice", Assert.Single(twice.Errors).Message, StringComparison.Ordinal);
        await (await console.PostAsync(Routes.RuleImport, new RuleImportRequest { Format = "xml" })).ExpectFieldsAsync("format", "text");
    }

    private static JsonNode Json(string text) => JsonNode.Parse(text)!;
}
