using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RecOps.Server.Security.People;
using RecOps.Shared;
using RecOps.Shared.Clusters;
using RecOps.Shared.Demo;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;
using RecOps.Tests.Server.Rules;
using RecOps.Tests.Server.Storage;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

/// <summary>An error answer says whether anything was changed, and it is true.</summary>
public sealed class ChangeAnswerTests
{
    private readonly DatabaseFaults _faults = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Purge_CannotBeWrittenDown_NothingIsPurged()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(swap: _faults.Add);
        HttpClient client = application.CreateClient();
        await application.RecommendAsync("u1");
        _faults.IsReadOnly = true;

        using HttpResponseMessage answer = await client.DeleteAsync("/api/cache/users/u1", Cancellation);

        await ExpectNothingChangedAsync(answer);
        Assert.Equal(RecommendationSource.L1, (await application.RecommendAsync("u1")).Source);
    }

    [Fact]
    public async Task Warming_CannotBeWrittenDown_NoRunBegins()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["Warming:Users"] = "0" }, _faults.Add);
        HttpClient client = application.CreateClient();
        var request = new WarmRequest
        {
            ClusterIds = [0],
            UsersPerCluster = 2,
            Placement = "home",
        };
        _faults.IsReadOnly = true;
        foreach (int _ in Enumerable.Range(0, 20))
        {
            using HttpResponseMessage answer = await client.PostAsJsonAsync(Routes.WarmRuns, request, RecOpsApplication.Json, Cancellation);
            await ExpectNothingChangedAsync(answer);
        }

        Assert.Empty((await client.GetAsync<WarmRunList>(Routes.WarmRuns)).Runs);
        _faults.IsReadOnly = false;

        // The places of runs that were not started are free again.
        using HttpResponseMessage begun = await client.PostAsJsonAsync(Routes.WarmRuns, request, RecOpsApplication.Json, Cancellation);
        WarmRun run = await begun.ReadAsync<WarmRun>(HttpStatusCode.Accepted);
        Assert.Equal(run.Id, Assert.Single((await client.GetAsync<WarmRunList>(Routes.WarmRuns)).Runs).Id);
    }

    [Fact]
    public async Task DemoTraffic_CannotBeWrittenDown_StaysAsItIs()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(swap: _faults.Add);
        HttpClient client = application.CreateClient();
        _faults.IsReadOnly = true;

        using HttpResponseMessage answer = await client.PutAsJsonAsync(
            Routes.DemoTraffic,
            new DemoTrafficUpdate { Enabled = true },
            RecOpsApplication.Json,
            Cancellation
        );

        await ExpectNothingChangedAsync(answer);
        Assert.False((await client.GetAsync<DemoTrafficState>(Routes.DemoTraffic)).Enabled);
    }

    [Fact]
    public async Task NewPerson_FailsHalfway_IsNotThereAndCanBeMadeAgain()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(swap: _faults.Add);
        HttpClient client = application.CreateClient();
        _faults.Fails = statement => statement.Contains("INSERT INTO \"AspNetUserRoles\"", StringComparison.Ordinal);

        using HttpResponseMessage answer = await NewAsync();
        _faults.Fails = null;

        await ExpectNothingChangedAsync(answer);
        Assert.Equal(["admin"], (await client.GetAsync<PersonList>(Routes.People)).People.Select(person => person.User));
        using HttpResponseMessage again = await NewAsync();
        Assert.Equal([Role.Viewer], (await again.ReadAsync<PersonPassword>(HttpStatusCode.Created)).Person.Roles);

        Task<HttpResponseMessage> NewAsync() =>
            client.PostAsJsonAsync(
                Routes.People,
                new NewPerson { User = "anna", Roles = [Role.Viewer] },
                RecOpsApplication.Json,
                Cancellation
            );
    }

    [Fact]
    public async Task Password_ChangeFailsHalfway_TheOldOneHolds()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(swap: _faults.Add);
        _faults.Fails = statement => statement.Contains("INSERT INTO \"Audit\"", StringComparison.Ordinal);

        using HttpResponseMessage answer = await application
            .CreateClient()
            .PutAsJsonAsync(
                Routes.SessionPassword,
                new PasswordChange { Current = RecOpsApplication.AdminPassword, New = "another password" },
                RecOpsApplication.Json,
                Cancellation
            );
        _faults.Fails = null;

        await ExpectNothingChangedAsync(answer);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        await application.SignInAsync(Bootstrap.AdminName, RecOpsApplication.AdminPassword);
    }

    [Fact]
    public async Task Publish_DatabaseFailsAfterTheVersionIsSaved_AnsweredWithTheVersion()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(swap: _faults.Add);
        var console = new RuleConsole(application.CreateClient());
        await console.SaveAsync(RuleConsole.Pin("hero", "i30", 1));
        bool saved = false;
        _faults.Fails = statement =>
        {
            if (statement.Contains("INSERT INTO \"PublishedRules\"", StringComparison.Ordinal))
                saved = true;
            return saved
                && !statement.Contains("INSERT", StringComparison.Ordinal)
                && !statement.Contains("UPDATE", StringComparison.Ordinal);
        };

        using HttpResponseMessage answer = await console.PublishDraftAsync("note");
        _faults.Fails = null;

        Assert.Equal(1, (await answer.ReadAsync<PublishResult>()).Version);
        await Waiting.UntilAsync(async () => (await application.RecommendAsync("u1")).RulesVersion == 1);
    }

    [Fact]
    public async Task Change_AnswerCannotBeDescribedAfterwards_SaidThatItWasMade()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(swap: _faults.Add);
        HttpClient client = application.CreateClient();
        bool saved = false;
        _faults.Fails = statement =>
        {
            if (statement.Contains("INSERT INTO \"AlertSilences\"", StringComparison.Ordinal))
                saved = true;
            return saved && statement.Contains("FROM \"Alerts\"", StringComparison.Ordinal);
        };

        using HttpResponseMessage answer = await client.SendJsonAsync(HttpMethod.Put, Routes.SilenceOf("errors"), """{"minutes":5}""");

        JsonElement problem = await answer.ExpectProblemAsync(HttpStatusCode.InternalServerError);
        Assert.StartsWith("The change was made", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task ExpectNothingChangedAsync(HttpResponseMessage answer)
    {
        JsonElement problem = await answer.ExpectProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("nothing was changed", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
