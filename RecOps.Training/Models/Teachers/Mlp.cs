using RecOps.Training.Models.Algebra;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Teachers;

/// <summary>
/// Dense layers with rectified linear units. The first layer takes the candidate's and the request's inputs separately. The result is
/// the same as for concatenated inputs, but the request's part is multiplied only once per request.
/// </summary>
internal sealed class Mlp : nn.Module
{
    private readonly Linear _candidate;
    private readonly Linear _request;
    private readonly ModuleList<Linear> _more;

    /// <param name="candidate">Columns of each candidate.</param>
    /// <param name="request">Columns of each request.</param>
    /// <param name="widths">Widths of the layers, at least one.</param>
    public Mlp(int candidate, int request, params IReadOnlyList<int> widths)
        : base(nameof(Mlp))
    {
        _candidate = nn.Linear(candidate, widths[0]);
        _request = nn.Linear(request, widths[0], hasBias: false);
        _more = new ModuleList<Linear>([.. widths.Skip(1).Select((width, i) => nn.Linear(widths[i], width))]);
        RegisterComponents();
    }

    /// <param name="candidate">[b, k, columns].</param>
    /// <param name="request">[b, columns].</param>
    /// <returns>[b, k, last width].</returns>
    public T Apply<T>(IAlgebra<T> math, T candidate, T request)
    {
        T x = math.Relu(math.Add(math.Dense(_candidate, candidate), math.Unsqueeze(math.Dense(_request, request), 1)));
        foreach (Linear layer in _more)
            x = math.Relu(math.Dense(layer, x));
        return x;
    }
}
