using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Models;
using RecOps.Server.Models.Trials;
using RecOps.Shared;
using RecOps.Shared.Models;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Server.Models;

/// <summary>Trials that several people start and stop at the same time, on one server and on two that share a database.</summary>
public sealed class TrialRaceTests(RacePostgres postgres) : IClassFixture<RacePostgres>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ModelTrial.Shadow, false)]
    [InlineData(ModelTrial.Shadow, true)]
    [InlineData(ModelTrial.Canary, false)]
    [InlineData(ModelTrial.Canary, true)]
    public async Task Trial_BegunAndEndedBySeveralAtOnce_AllServersDoWhatTheAuditLogSays(string kind, bool twoServers)
    {
        await using RaceServers servers = await RaceServers.StartAsync(postgres, twoServers, models: await TwoBundles.WriteAsync());
        (string route, string action) =
            kind == ModelTrial.Shadow ? (Routes.ModelShadow, AuditAction.ShadowChanged) : (Routes.ModelCanary, AuditAction.CanaryChanged);
        int changes = 0;
        for (int round = 0; round < 5; round++)
        {
            HttpStatusCode[] answers = await RaceServers.AtOnceAsync(
                8,
                async caller =>
                {
                    using HttpResponseMessage answer =
                        caller % 4 < 2
                            ? await servers
                                .Admin(caller)
                                .PutAsJsonAsync(
                                    route,
                                    new TrialRequest(TwoBundles.Other, (caller + 1) / 10.0),
                                    RecOpsApplication.Json,
                                    Cancellation
                                )
                            : await servers.Admin(caller).DeleteAsync(route, Cancellation);
                    return answer.StatusCode;
                }
            );

            Assert.All(
                answers,
                status =>
                    Assert.True(status is HttpStatusCode.OK or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity, $"{status}")
            );
            changes += answers.Count(status => status == HttpStatusCode.OK);
            AuditRecord[] audit = await servers.AuditAsync($"action={action}");
            Assert.Equal(changes, audit.Length);
            string? state = null;
            foreach (AuditRecord entry in audit)
            {
                Assert.Equal(state, entry.Before);
                state = entry.After;
            }

            ModelTrial? decided = await servers.ReadAsync(database =>
                database.ModelTrials.AsNoTracking().SingleOrDefaultAsync(trial => trial.Kind == kind, Cancellation)
            );
            Assert.Equal(state is null, decided is null);
            foreach (RecOpsApplication server in servers.All)
            {
                await Waiting.UntilAsync(async () =>
                {
                    ModelList now = await server.CreateClient().ModelsAsync();
                    double? share = kind == ModelTrial.Shadow ? now.Shadow?.Share : now.Canary?.Share;
                    return share == decided?.Share && now.Work is null;
                });
            }
        }
    }
}
