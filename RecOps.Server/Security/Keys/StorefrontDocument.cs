using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace RecOps.Server.Security.Keys;

/// <summary>Documents API keys in the OpenAPI document: which scope a call needs, and how it is refused.</summary>
internal static class StorefrontDocument
{
    private const string KeyScheme = "apiKey";

    private static readonly (string Status, string Meaning)[] Refusals =
    [
        ("401", "The key is missing, unknown or revoked."),
        ("403", "The key lacks the required scope."),
        ("429", "The key has exceeded its rate limit. Retry-After says when to retry."),
    ];

    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer(
            (document, _, _) =>
            {
                document.Components ??= new OpenApiComponents();
                document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                {
                    [KeyScheme] = new OpenApiSecurityScheme
                    {
                        Type = SecuritySchemeType.ApiKey,
                        In = ParameterLocation.Header,
                        Name = StorefrontGate.Header,
                        Description = "Created in the console under API keys. Each call needs the scope that it names.",
                    },
                };
                return Task.CompletedTask;
            }
        );
        options.AddOperationTransformer(
            (operation, context, _) =>
            {
                if (context.Description.ActionDescriptor.EndpointMetadata.OfType<StorefrontScope>().FirstOrDefault() is not { } scope)
                    return Task.CompletedTask;
                operation.Description = $"Scope: {scope.Name}.";
                operation.Security =
                [
                    new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, context.Document)] = [] },
                ];
                operation.Responses ??= [];
                foreach ((string status, string meaning) in Refusals)
                {
                    var refusal = new OpenApiResponse
                    {
                        Description = meaning,
                        Content = new Dictionary<string, OpenApiMediaType>
                        {
                            ["application/problem+json"] = new()
                            {
                                Schema = new OpenApiSchemaReference("ProblemDetails", context.Document),
                            },
                        },
                    };
                    if (status == "429")
                        Hosting.OpenApi.OpenApiDocument.SayRetryAfter(refusal);
                    operation.Responses[status] = refusal;
                }

                return Task.CompletedTask;
            }
        );
    }
}
