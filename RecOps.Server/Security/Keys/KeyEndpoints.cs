using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Replication;
using RecOps.Server.Security.Audit;
using RecOps.Server.Security.People;
using RecOps.Server.Storage;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Server.Security.Keys;

internal static class KeyEndpoints
{
    private const int MaxNameLength = 120;
    private const int MaxPerSecond = 1_000_000;

    public static IEndpointRouteBuilder MapKeys(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("").RequireAuthorization(Access.Administer);
        group.MapGet(Routes.Keys, ListAsync);
        group.MapPost(Routes.Keys, CreateAsync);
        group.MapDelete(Routes.Key, RevokeAsync);
        return routes;
    }

    private static async Task<Ok<ApiKeyList>> ListAsync(RecOpsDatabase database, KeyUses uses, IOptions<RateLimitOptions> limits)
    {
        try
        {
            await uses.SaveAsync(database);
        }
        catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
        {
            // Reading needs no disk space.
        }

        ApiKey[] keys = await database
            .ApiKeys.AsNoTracking()
            .OrderBy(key => key.RevokedAt != null)
            .ThenByDescending(key => key.CreatedAt)
            .ToArrayAsync();
        return TypedResults.Ok(
            new ApiKeyList(Array.ConvertAll(keys, Describe), limits.Value.Enabled ? limits.Value.RequestsPerSecond : null)
        );
    }

    private static async Task<Results<Created<ApiKeyCreated>, ValidationProblem>> CreateAsync(
        NewApiKey request,
        ClaimsPrincipal actor,
        UserManager<Person> people,
        RecOpsDatabase database,
        AuditLog audit,
        ExclusiveChanges exclusive,
        ChangeFeed changes,
        TimeProvider time,
        HttpRequest call
    )
    {
        var errors = new FieldErrors();
        string name = request.Name?.Trim() ?? "";
        if (name.Length is < 1 or > MaxNameLength)
            errors.Add("name", $"The name must have 1 to {MaxNameLength} characters. Say what the key is for.");
        if (name.Any(char.IsControl))
            errors.Add("name", "The name has a control character, such as a line break. Remove it.");
        if (request.Scopes is not { Length: > 0 })
            errors.Add("scopes", $"Give at least one scope: {string.Join(", ", Scope.All)}.");
        foreach (string scope in (request.Scopes ?? []).Except(Scope.All))
            errors.Add("scopes", $"Unknown scope '{scope}'. Scopes are {string.Join(", ", Scope.All)}.");
        if (request.RequestsPerSecond is < 1 or > MaxPerSecond)
            errors.Add("requestsPerSecond", $"requestsPerSecond is {request.RequestsPerSecond}; it must be 1 to {MaxPerSecond:N0}.");
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        string secret = ApiKeySecret.New();
        var key = new ApiKey
        {
            Id = Guid.NewGuid().ToString("N"),
            Name = name,
            Hash = ApiKeySecret.HashOf(secret),
            Hint = ApiKeySecret.HintOf(secret),
            Scopes = string.Join(',', Scope.All.Intersect(request.Scopes!)),
            RequestsPerSecond = request.RequestsPerSecond,
            CreatedAt = time.GetUtcNow(),
            CreatedBy = actor.Identity!.Name!,
        };
        await exclusive.RunAsync(
            Epoch.Keys,
            async () =>
            {
                await StillAdministrator.DemandAsync(people, actor);
                database.ApiKeys.Add(key);
                audit.Add(AuditAction.KeyCreated, name, null, Describe(key), SecurityContracts.Default.ApiKeyInfo);
            }
        );
        await changes.CommittedAsync(database, Epoch.Keys);
        return TypedResults.Created(call.PublicPath(Routes.KeyOf(key.Id)), new ApiKeyCreated(Describe(key), secret));
    }

    private static async Task<Results<Ok<ApiKeyInfo>, ProblemHttpResult>> RevokeAsync(
        string keyId,
        ClaimsPrincipal actor,
        UserManager<Person> people,
        RecOpsDatabase database,
        AuditLog audit,
        ExclusiveChanges exclusive,
        ChangeFeed changes,
        TimeProvider time
    )
    {
        ApiKey? key = await exclusive.RunAsync(
            Epoch.Keys,
            async () =>
            {
                await StillAdministrator.DemandAsync(people, actor);
                ApiKey? key = await database.ApiKeys.FindAsync(keyId);
                if (key is not { RevokedAt: null })
                    return key;
                ApiKeyInfo before = Describe(key);
                (key.RevokedAt, key.RevokedBy) = (time.GetUtcNow(), actor.Identity!.Name!);
                audit.Add(AuditAction.KeyRevoked, key.Name, before, Describe(key), SecurityContracts.Default.ApiKeyInfo);
                return key;
            }
        );
        if (key is null)
            return TypedResults.Problem($"There is no key with the id '{keyId}'.", statusCode: StatusCodes.Status404NotFound);
        await changes.CommittedAsync(database, Epoch.Keys);
        return TypedResults.Ok(Describe(key));
    }

    private static ApiKeyInfo Describe(ApiKey key) =>
        new(
            key.Id,
            key.Name,
            key.Hint,
            key.Scopes.Split(',', StringSplitOptions.RemoveEmptyEntries),
            key.RequestsPerSecond,
            key.CreatedAt,
            key.CreatedBy,
            key.LastUsedAt,
            key.RevokedAt,
            key.RevokedBy
        );
}
