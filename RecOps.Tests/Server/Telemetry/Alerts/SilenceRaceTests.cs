using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Telemetry.Alerts;
using RecOps.Shared;
using RecOps.Shared.Security;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Server.Telemetry.Alerts;

/// <summary>Alerts that several people silence at the same time, on one server and on two that share a database.</summary>
public sealed class SilenceRaceTests(RacePostgres postgres) : IClassFixture<RacePostgres>
{
    private const string Rule = "errors";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Silence_SetThenEndedByEightAtOnceOnANewDatabase_AllAreTakenAndItIsEndedOnce(bool twoServers)
    {
        await using RaceServers servers = await RaceServers.StartAsync(postgres, twoServers);

        await RaceServers.AtOnceAsync(8, caller => SilenceAsync(servers.Admin(caller), 10 + caller));
        AuditRecord[] set = await servers.AuditAsync($"search={Rule}");
        AlertSilence silence = Assert.Single(await SilencesAsync());
        await RaceServers.AtOnceAsync(8, caller => SilenceAsync(servers.Admin(caller), 0));
        AuditRecord[] all = await servers.AuditAsync($"search={Rule}");

        Assert.Equal(
            Enumerable.Range(10, 8).Select(minutes => $"{{\"minutes\":{minutes}}}"),
            set.Select(entry => entry.After!).Order(StringComparer.Ordinal)
        );
        Assert.All(set, entry => Assert.Equal("alert.silenced", entry.Action));
        Assert.Equal(set[^1].After, $"{{\"minutes\":{(silence.Until - RecOpsApplication.Start).TotalMinutes}}}");
        Assert.Empty(await SilencesAsync());
        Assert.Equal("alert.unsilenced", Assert.Single(all[set.Length..]).Action);

        Task<AlertSilence[]> SilencesAsync() =>
            servers.ReadAsync(database => database.AlertSilences.AsNoTracking().ToArrayAsync(Cancellation));
    }

    private static async Task<AlertList> SilenceAsync(HttpClient client, int minutes)
    {
        using HttpResponseMessage answer = await client.PutAsJsonAsync(
            Routes.SilenceOf(Rule),
            new SilenceRequest(minutes),
            RecOpsApplication.Json,
            Cancellation
        );
        return await answer.ReadAsync<AlertList>();
    }
}
