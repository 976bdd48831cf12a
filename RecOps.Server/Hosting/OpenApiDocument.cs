using Microsoft.OpenApi;
using RecOps.Server.Security;
using Scalar.AspNetCore;

namespace RecOps.Server.Hosting;

/// <summary>The storefront's contract: /v1 and health. The console's own calls change with the console and are not in it.</summary>
internal static class OpenApiDocument
{
    private const string Name = "v1";
    private const string KeyScheme = "apiKey";

    private static readonly (string Status, string Meaning)[] Refusals =
    [
        ("401", "The key is missing, not known, or was revoked."),
        ("403", "The key has not the scope."),
        ("429", "The key has used up what it may ask in a second; Retry-After says when to come back."),
    ];

    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.ShouldInclude = description => description.RelativePath is { } path
            && (path.StartsWith("v1/", StringComparison.Ordinal) || path.StartsWith("health/", StringComparison.Ordinal));
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "RecOps storefront API",
                Version = Name,
                Description = "Recommendations, events and catalogue changes. Errors are problem details (RFC 9457).",
            };

            // Wherever it is asked: the document must not depend on who asked.
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [KeyScheme] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = StorefrontGate.Header,
                    Description = "Made in the console under API keys; each call needs the scope it names.",
                },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<StorefrontScope>().FirstOrDefault() is not { } scope) return Task.CompletedTask;
            operation.Description = $"Scope: {scope.Name}.";
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, context.Document)] = [] }];
            operation.Responses ??= [];
            foreach ((string status, string meaning) in Refusals) operation.Responses[status] = new OpenApiResponse { Description = meaning };
            return Task.CompletedTask;
        });
    });

    public static WebApplication MapOpenApiDocument(this WebApplication app)
    {
        app.MapOpenApi().AllowAnonymous();
        if (app.Environment.IsDevelopment()) app.MapScalarApiReference().AllowAnonymous();
        return app;
    }

    /// <summary>Query values are read as text so that every mistake can be named; the document says what they are meant to be.</summary>
    public static TBuilder DescribeQuery<TBuilder>(this TBuilder endpoint, params (string Name, string Type)[] values)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            foreach (IOpenApiParameter parameter in operation.Parameters ?? [])
            {
                foreach ((string name, string type) in values)
                {
                    if (string.Equals(parameter.Name, name, StringComparison.OrdinalIgnoreCase) && parameter is OpenApiParameter concrete)
                    {
                        concrete.Schema = new OpenApiSchema
                        {
                            Type = type == "integer" ? JsonSchemaType.Integer : JsonSchemaType.Boolean,
                        };
                    }
                }
            }

            return Task.CompletedTask;
        });
}
