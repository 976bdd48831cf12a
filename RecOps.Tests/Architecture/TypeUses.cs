using Mono.Cecil;
using Mono.Cecil.Cil;

namespace RecOps.Tests.Architecture;

/// <summary>
/// Every type that a type names, in its declaration or in the code of its methods. Nested types, including those that the compiler
/// generates for lambdas, iterators and async methods, are separate types here.
/// </summary>
internal static class TypeUses
{
    public static IEnumerable<TypeReference> Of(TypeDefinition type) => Named(type).SelectMany(Parts);

    private static IEnumerable<TypeReference?> Named(TypeDefinition type) =>
        [
            type.BaseType,
            .. type.Interfaces.Select(each => each.InterfaceType),
            .. InConstraints(type),
            .. InAttributes(type),
            .. type.Fields.SelectMany(field => InAttributes(field).Prepend(field.FieldType)),
            .. type.Properties.SelectMany(property => InAttributes(property).Prepend(property.PropertyType)),
            .. type.Events.SelectMany(each => InAttributes(each).Prepend(each.EventType)),
            .. type.Methods.SelectMany(InMethod),
        ];

    private static IEnumerable<TypeReference?> InMethod(MethodDefinition method) =>
        [
            .. InSignature(method),
            .. InConstraints(method),
            .. InAttributes(method),
            .. InAttributes(method.MethodReturnType),
            .. method.Parameters.SelectMany(InAttributes),
            .. method.Overrides.SelectMany(InReference),
            .. method.HasBody ? InBody(method.Body) : [],
        ];

    private static IEnumerable<TypeReference?> InBody(MethodBody body) =>
        [
            .. body.Variables.Select(variable => variable.VariableType),
            .. body.ExceptionHandlers.Select(handler => handler.CatchType),
            .. body.Instructions.SelectMany(instruction =>
                instruction.Operand switch
                {
                    TypeReference type => [type],
                    MethodReference method => InReference(method),
                    FieldReference field => [field.DeclaringType, field.FieldType],
                    IMethodSignature signature => InSignature(signature),
                    _ => Array.Empty<TypeReference?>(),
                }
            ),
        ];

    private static IEnumerable<TypeReference?> InReference(MethodReference method) =>
        [method.DeclaringType, .. InSignature(method), .. method is GenericInstanceMethod generic ? generic.GenericArguments : []];

    private static IEnumerable<TypeReference?> InSignature(IMethodSignature method) =>
        [method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType)];

    private static IEnumerable<TypeReference?> InConstraints(IGenericParameterProvider generic) =>
        generic.GenericParameters.SelectMany(parameter =>
            InAttributes(parameter).Concat(parameter.Constraints.Select(constraint => constraint.ConstraintType))
        );

    private static IEnumerable<TypeReference?> InAttributes(ICustomAttributeProvider provider) =>
        provider.CustomAttributes.SelectMany(attribute =>
            attribute
                .ConstructorArguments.Concat(attribute.Properties.Concat(attribute.Fields).Select(named => named.Argument))
                .SelectMany(InArgument)
                .Prepend(attribute.AttributeType)
        );

    /// <summary>The type of an attribute argument, and its value if that is a type.</summary>
    private static IEnumerable<TypeReference?> InArgument(CustomAttributeArgument argument) =>
        argument.Value switch
        {
            TypeReference type => [argument.Type, type],
            CustomAttributeArgument boxed => InArgument(boxed),
            CustomAttributeArgument[] array => array.SelectMany(InArgument).Prepend(argument.Type),
            _ => [argument.Type],
        };

    /// <summary>The parts of a constructed type: a list of things is a list and a thing.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) =>
        type switch
        {
            null or GenericParameter => [],
            GenericInstanceType generic => generic.GenericArguments.Append(generic.ElementType).SelectMany(Parts),
            FunctionPointerType function => InSignature(function).SelectMany(Parts),
            IModifierType modified => Parts(modified.ModifierType).Concat(Parts(modified.ElementType)),
            TypeSpecification specification => Parts(specification.ElementType),
            _ => [type],
        };
}
