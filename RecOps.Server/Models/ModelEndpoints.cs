using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Models.Switching;
using RecOps.Server.Models.Trials;
using RecOps.Server.Replication;
using RecOps.Server.Security;
using RecOps.Server.Storage;
using RecOps.Serving.Models;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Models;
using RecOps.Shared.Rules;

namespace RecOps.Server.Models;

internal static class ModelEndpoints
{
    private const int ShownActivations = 30;

    public static IEndpointRouteBuilder MapModels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Models, (Delegate)GetAsync).RequireAuthorization(Access.View);
        RouteGroupBuilder operators = routes.MapGroup("").RequireAuthorization(Access.Operate);
        operators.MapPost(Routes.ModelActivation, ActivateAsync);
        operators.MapPost(
            Routes.ModelRollback,
            async (HttpContext context, ModelSwitch models) => await AnswerAsync(await models.RollBackAsync(By(context)), "", context)
        );
        operators.MapPut(
            Routes.ModelShadow,
            (TrialRequest request, HttpContext context, ModelTrials trials) => TryAsync(ModelTrial.Shadow, request, context, trials)
        );
        operators.MapDelete(Routes.ModelShadow, (HttpContext context, ModelTrials trials) => StopAsync(ModelTrial.Shadow, context, trials));
        operators.MapPut(
            Routes.ModelCanary,
            (TrialRequest request, HttpContext context, ModelTrials trials) => TryAsync(ModelTrial.Canary, request, context, trials)
        );
        operators.MapDelete(Routes.ModelCanary, (HttpContext context, ModelTrials trials) => StopAsync(ModelTrial.Canary, context, trials));
        operators.MapPost(Routes.ModelPromotion, PromoteAsync);
        return routes;
    }

    private static async Task<IResult> GetAsync(HttpContext context) => TypedResults.Ok(await ListAsync(context));

    private static async Task<ModelList> ListAsync(HttpContext context)
    {
        IServiceProvider services = context.RequestServices;
        ModelSwitch models = services.GetRequiredService<ModelSwitch>();
        RecOpsDatabase database = services.GetRequiredService<RecOpsDatabase>();
        ModelActivation[] history = await database
            .ModelActivations.AsNoTracking()
            .OrderByDescending(row => row.Id)
            .Take(ShownActivations)
            .ToArrayAsync();
        ReplicaInfo[] replicas = await services.GetRequiredService<ReplicaList>().ListAsync();
        return Describe(
            services,
            await models.PreviousAsync(),
            [.. history.Select(row => row.Describe())],
            [
                .. replicas
                    .Where(replica => !replica.IsThis && !replica.IsLost)
                    .Select(replica => new OtherServer(replica.Name, replica.ModelVersion)),
            ]
        );
    }

    /// <summary>
    /// The answer after a successful change: a list that cannot be read any more is answered as far as this server knows it.
    /// </summary>
    private static async Task<ModelList> ListAfterChangeAsync(HttpContext context)
    {
        try
        {
            return await ListAsync(context);
        }
        catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
        {
            return Describe(context.RequestServices, null, [], []);
        }
    }

    private static ModelList Describe(IServiceProvider services, string? previous, ModelActivationInfo[] history, OtherServer[] others)
    {
        ModelTrials trials = services.GetRequiredService<ModelTrials>();
        return new ModelList(
            services.GetRequiredService<ModelSwitch>().Info,
            previous,
            services.GetRequiredService<PreparationSlot>().Work,
            Bundles(services.GetRequiredService<BundleDirectory>(), services.GetRequiredService<ActiveModel>()),
            history,
            trials.Shadow,
            trials.Canary,
            others
        );
    }

    /// <summary>Bundles in the directory, and served ones that are gone from it.</summary>
    private static BundleInfo[] Bundles(BundleDirectory bundles, ActiveModel active)
    {
        ImmutableArray<ServingModel> live = active.Live;
        BundleInfo[] found = bundles.List();
        string[] lost =
        [
            .. live.Select(model => model.Bundle).Distinct(StringComparer.Ordinal).Except(found.Select(bundle => bundle.Name)),
        ];
        return
        [
            .. found
                .Concat(lost.Select(name => new BundleInfo(name, null, null, 0, null)))
                .OrderBy(bundle => bundle.Name, StringComparer.Ordinal)
                .Select(bundle =>
                    bundle with
                    {
                        Change = live.Where(model => model.Bundle == bundle.Name)
                            .Select(model => model.Source.Change)
                            .FirstOrDefault(change => change is not null),
                    }
                ),
        ];
    }

    private static async Task<IResult> ActivateAsync(string name, HttpContext context, ModelSwitch models) =>
        await AnswerAsync(await models.ActivateAsync(name, By(context), ModelActivationKind.Activated), name, context);

    private static async Task<IResult> PromoteAsync(HttpContext context, ModelSwitch models, ModelTrials trials) =>
        trials.CanaryModel is { } canary
            ? await AnswerAsync(
                await models.ActivateAsync(canary.Bundle, By(context), ModelActivationKind.Promoted),
                canary.Bundle,
                context
            )
            : TypedResults.Problem("There is no canary to promote.", statusCode: StatusCodes.Status409Conflict);

    private static async Task<IResult> TryAsync(string kind, TrialRequest request, HttpContext context, ModelTrials trials)
    {
        var errors = new FieldErrors();
        if (string.IsNullOrEmpty(request.Bundle))
            errors.Add("bundle", "bundle is missing. Give the name of a directory under Models:Directory.");
        if (request.Share is not (> 0 and <= 1))
            errors.Add(
                "share",
                $"share is {(request.Share is { } share ? FormattableString.Invariant($"{share}") : "missing")}; it must be above 0 and "
                    + $"at most 1."
            );
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        return await AnswerAsync(
            await trials.StartAsync(kind, request.Bundle!, request.Share!.Value, By(context)),
            request.Bundle!,
            context
        );
    }

    private static async Task<IResult> StopAsync(string kind, HttpContext context, ModelTrials trials) =>
        await trials.StopAsync(kind, By(context))
            ? TypedResults.Ok(await ListAfterChangeAsync(context))
            : TypedResults.Problem($"There is no {kind} to stop.", statusCode: StatusCodes.Status409Conflict);

    private static string By(HttpContext context) => context.User.Identity!.Name!;

    private static async Task<IResult> AnswerAsync(SwitchResult result, string bundle, HttpContext context) =>
        result.End switch
        {
            SwitchEnd.Done => TypedResults.Ok(await ListAfterChangeAsync(context)),
            SwitchEnd.NotFound => TypedResults.Problem(
                $"There is no bundle '{bundle}' in Models:Directory.",
                statusCode: StatusCodes.Status404NotFound
            ),
            SwitchEnd.Conflict => TypedResults.Problem(result.Reason, statusCode: StatusCodes.Status409Conflict),
            _ => TypedResults.Problem(
                $"{bundle} was refused; the previous model stays active. {result.Reason}",
                statusCode: StatusCodes.Status422UnprocessableEntity,
                title: "The bundle was refused"
            ),
        };
}
