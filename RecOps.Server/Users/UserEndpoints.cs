using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting;
using RecOps.Server.Hosting.Problems;
using RecOps.Server.Security;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Users;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Bundles;
using RecOps.Shared.Events;
using RecOps.Shared.Users;

namespace RecOps.Server.Users;

internal static class UserEndpoints
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;
    private const int MaxIdLength = Ids.LongestUser;
    private const int ShownHistory = 50;

    public static IServiceCollection AddUsers(this IServiceCollection services) => services.AddContracts(UserContracts.Default);

    public static IEndpointRouteBuilder MapUsers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Users, Search).RequireAuthorization(Access.View);
        routes.MapGet(Routes.UserProfile, Profile).RequireAuthorization(Access.View);
        return routes;
    }

    private static Results<Ok<UserSearchResponse>, ValidationProblem, ServiceUnavailable> Search(
        string? query,
        string? limit,
        ActiveModel active
    )
    {
        var errors = new FieldErrors();
        int most = DefaultLimit;
        bool isNumber = string.IsNullOrEmpty(limit) || int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most);
        if (!isNumber || most is < 1 or > MaxLimit)
            errors.Add("limit", $"limit is '{limit}'; it must be 1 to {MaxLimit}.");
        if (query is { Length: > MaxIdLength })
            errors.Add("query", $"query must have at most {MaxIdLength} characters.");
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        if (!active.TryGet(out ServingModel? model))
            return new ServiceUnavailable(active.NotReadyReason!);
        var users = new List<UserSummary>(most);
        foreach (int user in model.Users.StartingWith(query ?? "").Take(most))
        {
            int cluster = model.UserClusters[user][0];
            users.Add(
                new UserSummary(
                    model.Users.IdOf(user),
                    model.Users.CountryOf(user),
                    model.Users.SegmentOf(user),
                    cluster < 0 ? null : cluster
                )
            );
        }

        return TypedResults.Ok(new UserSearchResponse([.. users], model.Users.Count));
    }

    private static Results<Ok<UserProfile>, ValidationProblem, ServiceUnavailable> Profile(string userId, ActiveModel active)
    {
        if (userId.Length > MaxIdLength || Ids.HasControl(userId))
        {
            var errors = new FieldErrors();
            errors.Add("userId", $"userId must have 1 to {MaxIdLength} characters, none of them a control character.");
            return TypedResults.ValidationProblem(errors.ByField);
        }

        if (!active.TryGet(userId, out ServingModel? model))
            return new ServiceUnavailable(active.NotReadyReason!);
        bool known = model.Users.TryGetOrdinal(userId, out int user);
        var history = new List<HistoryEntry>();
        int length = 0;
        foreach (FreshEvent entry in model.Events.Of(userId).Entries)
        {
            Append(entry.Item, ShopEventType.All[(int)entry.Kind], DateTimeOffset.FromUnixTimeMilliseconds(entry.UnixMilliseconds));
        }

        if (known)
        {
            ReadOnlySpan<int> past = model.UserHistories[user];
            for (int i = 0; i < past.Length; i++)
            {
                if (past[i] >= 0)
                    Append(past[i], model.UserHistoryTypes is { } types ? ShopEventType.All[types[user][i]] : null, null);
            }
        }

        int cluster = UserEmbeddings.ClusterOf(model, userId);
        return TypedResults.Ok(
            new UserProfile(
                userId,
                known,
                known ? model.Users.CountryOf(user) : "",
                known ? model.Users.SegmentOf(user) : "",
                cluster < 0 ? null : cluster,
                length,
                [.. history]
            )
        );

        void Append(int item, string? type, DateTimeOffset? timestamp)
        {
            length++;
            if (history.Count < ShownHistory)
                history.Add(new HistoryEntry(model.Catalog.Describe(item), type, timestamp));
        }
    }
}
