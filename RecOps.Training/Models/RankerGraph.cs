using RecOps.Shared.Bundles;
using RecOps.Training.Onnx;

namespace RecOps.Training.Models;

/// <summary>
/// Writes a ranker as ONNX in a chosen precision, operator by operator in the order of <see cref="RankerNetwork"/>. In the 8-bit
/// form, dense layers quantise their inputs dynamically, row by row.
/// </summary>
internal sealed class RankerGraph
{
    private readonly RankerShape _shape;
    private readonly RankerWeights _weights;
    private readonly RankerPrecision _precision;
    private readonly OnnxType _real;
    private readonly OnnxGraph _graph = new("recops-student");

    private RankerGraph(RankerShape shape, RankerWeights weights, RankerPrecision precision)
    {
        _shape = shape;
        _weights = weights;
        _precision = precision;
        _real = precision == RankerPrecision.Half ? OnnxType.Float16 : OnnxType.Float;
    }

    // Added inside roots, so that an empty history does not give 0/0; the smallest value that still counts in the precision.
    private float Epsilon => _real == OnnxType.Float16 ? 1e-6f : 1e-12f;

    /// <param name="items">[items, d].</param>
    /// <param name="trends">[items, <see cref="ItemTrends.Columns"/>].</param>
    /// <param name="path">Overwritten when it exists.</param>
    public static void Save(
        RankerShape shape,
        RankerWeights weights,
        Memory<Half> items,
        Memory<float> trends,
        RankerPrecision precision,
        string path
    ) => new RankerGraph(shape, weights, precision).Save(items, trends, path);

    private void Save(Memory<Half> itemTable, Memory<float> trendTable, string path)
    {
        OnnxGraph graph = _graph;
        RankerSignature signature = _weights.Events is null ? new RankerSignature() : RankerSignature.WithEvents;
        OnnxValue user = Real(graph.Input(signature.User, OnnxType.Float, "b", _shape.Dimension));
        OnnxValue history = graph.Input(signature.History, OnnxType.Int64, "b", _shape.History);
        EventColumns? events = _weights.Events is { } learned
            ? new EventColumns(
                learned,
                graph.Input(signature.HistoryTypes!, OnnxType.Int64, "b", _shape.History),
                graph.Input(signature.HistoryAges!, OnnxType.Float, "b", _shape.History)
            )
            : null;
        OnnxValue candidates = graph.Input(signature.Candidates, OnnxType.Int64, "b", "k");
        OnnxValue context = Real(graph.Input(signature.Context, OnnxType.Float, "b", _shape.Features.Context.Length));

        ItemRows rows = Items(itemTable);
        OnnxValue trends = Table(trendTable, "trends", ItemTrends.Columns);

        OnnxValue present = graph.Cast(graph.GreaterOrEqual(history, graph.Scalar(0L, "zero")), _real);
        OnnxValue past = rows.Gather(graph.Max(history, graph.Scalar(0L, "zero")));
        past = graph.Multiply(past, graph.Unsqueeze(present, 2));
        OnnxValue items = rows.Gather(candidates);

        int interestCount = _shape.InterestScales.Count;
        OnnxValue pooled = graph.MatMul(
            Constant(Transposed(_weights.Interests, interestCount), "interestWeights", interestCount, _shape.History),
            past
        );
        float[] squares = Array.ConvertAll(_weights.Interests, weight => weight * weight);
        OnnxValue strength = graph.MatMul(present, Constant(squares, "interestSquares", _shape.History, interestCount));
        strength = graph.Sqrt(graph.Add(strength, Scalar(Epsilon, "epsilon")));
        OnnxValue interests = graph.Divide(pooled, graph.Unsqueeze(strength, 2));
        OnnxValue likeness = graph.MatMul(items, graph.Transpose(interests, 0, 2, 1));

        // Item lengths never change, so their inverses are precomputed instead of normalising every candidate of every request.
        OnnxValue inverseLengths = graph.Gather(Constant(InverseLengths(itemTable.Span), "inverseLengths", _shape.Items, 1), candidates);
        OnnxValue nearness = graph.Multiply(graph.MatMul(items, graph.Unsqueeze(Normalise(user), 2)), inverseLengths);

        int repeatCount = _shape.RepeatScales.Count;
        OnnxValue same = graph.Equal(Narrow(graph.Unsqueeze(candidates, 2)), Narrow(graph.Unsqueeze(history, 1)));
        OnnxValue hits = graph.Cast(same, _real);
        OnnxValue counts = graph.MatMul(hits, Constant(_weights.Repeats, "repeatWeights", _shape.History, repeatCount));
        OnnxValue repeats = graph.Multiply(Log1p(counts), Scalar(2f, "repeatScale"));
        OnnxValue all = graph.Gather(repeats, graph.Constant<long>(new long[] { repeatCount - 1 }, "all", 1), axis: 2);
        OnnxValue known = graph.Cast(graph.Greater(all, Scalar(0f, "none")), _real);
        OnnxValue trend = Real(graph.Gather(trends, candidates), OnnxType.Float16);

        OnnxValue length = graph.Divide(Log1p(graph.ReduceSum(present, 1, keep: true)), Scalar(3f, "lengthScale"));
        OnnxValue request = Dense(graph.Concat(1, length, context), _weights.Request, "request");
        List<OnnxValue> columns = [likeness, nearness, repeats, known, trend];
        if (events is not null)
            columns.Add(Counts(events, hits));
        OnnxValue first = Silu(
            graph.Add(Dense(graph.Concat(2, [.. columns]), _weights.Candidate, "candidate"), graph.Unsqueeze(request, 1))
        );
        OnnxValue second = graph.Add(Silu(Dense(first, _weights.Hidden, "hidden")), first);
        OnnxValue logit = graph.Squeeze(Dense(second, _weights.Output, "output"), 2);
        ScoreCalibration calibration = _weights.Calibration;
        OnnxValue calibrated = graph.Add(graph.Multiply(logit, Scalar(calibration.Slope, "slope")), Scalar(calibration.Offset, "offset"));
        OnnxValue score = graph.Sigmoid(calibrated);
        graph.Output(signature.Score, _real == OnnxType.Float ? score : graph.Cast(score, OnnxType.Float), OnnxType.Float, "b", "k");
        graph.Save(path);
    }

    /// <summary>As <see cref="EventCounts"/>. The weights of entries are few and span many magnitudes, so they stay f32.</summary>
    private OnnxValue Counts(EventColumns events, OnnxValue hits)
    {
        OnnxGraph graph = _graph;
        int count = events.Weights.Rates.Length;
        OnnxValue typed = graph.Gather(
            graph.Constant<float>(events.Weights.Types, "eventTypes", events.Weights.Types.Length / count, count),
            events.Types
        );
        OnnxValue rates = graph.Constant<float>(events.Weights.Rates, "eventRates", count);
        OnnxValue faded = graph.Exp(graph.Multiply(graph.Unsqueeze(events.Ages, 2), rates));
        OnnxValue sums = graph.MatMul(hits, Real(graph.Multiply(typed, faded)));
        return Log1p(graph.Multiply(sums, Scalar(EventCounts.Steepness, "eventSteepness")));
    }

    private static float[] Transposed(float[] matrix, int columns)
    {
        var transposed = new float[matrix.Length];
        int rows = matrix.Length / columns;
        for (int i = 0; i < matrix.Length; i++)
            transposed[((i % columns) * rows) + (i / columns)] = matrix[i];
        return transposed;
    }

    private float[] InverseLengths(ReadOnlySpan<Half> table)
    {
        var inverse = new float[_shape.Items];
        for (int item = 0; item < inverse.Length; item++)
        {
            float squares = 0;
            foreach (Half value in table.Slice(item * _shape.Dimension, _shape.Dimension))
                squares += (float)value * (float)value;
            inverse[item] = 1 / MathF.Sqrt(squares + Epsilon);
        }

        return inverse;
    }

    /// <summary>Ordinals fit in 32 bits, and the processor compares twice as many of those at a time.</summary>
    private OnnxValue Narrow(OnnxValue ordinals) => _graph.Cast(ordinals, OnnxType.Int32);

    private ItemRows Items(Memory<Half> table)
    {
        if (_precision != RankerPrecision.Int8)
            return new ItemRows(this, _graph.Constant(table, "items", _shape.Items, _shape.Dimension), null);
        (sbyte[] codes, float[] scales) = RowQuantization.Quantize(table.Span, _shape.Dimension);
        return new ItemRows(
            this,
            _graph.Constant<sbyte>(codes, "items", _shape.Items, _shape.Dimension),
            _graph.Constant<float>(scales, "itemScales", _shape.Items, 1)
        );
    }

    private OnnxValue Real(OnnxValue value, OnnxType type = OnnxType.Float) => _real == type ? value : _graph.Cast(value, _real);

    /// <summary>Estimates no more accurate than f16 are stored as f16, whatever precision computes with them.</summary>
    private OnnxValue Table(Memory<float> values, string label, int columns)
    {
        var halves = new Half[values.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertToHalf(values.Span, halves);
        return _graph.Constant<Half>(halves, label, _shape.Items, columns);
    }

    private OnnxValue Constant(Memory<float> values, string label, params long[] shape)
    {
        if (_real == OnnxType.Float)
            return _graph.Constant(values, label, shape);
        var halves = new Half[values.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertToHalf(values.Span, halves);
        return _graph.Constant<Half>(halves, label, shape);
    }

    private OnnxValue Scalar(float value, string label) => Constant(new[] { value }, label);

    private OnnxValue Normalise(OnnxValue vectors)
    {
        OnnxValue squares = _graph.ReduceSum(_graph.Multiply(vectors, vectors), -1, keep: true);
        return _graph.Divide(vectors, _graph.Sqrt(_graph.Add(squares, Scalar(Epsilon, "epsilon"))));
    }

    private OnnxValue Log1p(OnnxValue x) => _graph.Log(_graph.Add(x, Scalar(1f, "one")));

    private OnnxValue Silu(OnnxValue x) => _graph.Multiply(x, _graph.Sigmoid(x));

    private OnnxValue Dense(OnnxValue x, DenseLayer layer, string label)
    {
        OnnxValue product;
        if (_precision == RankerPrecision.Int8)
        {
            (sbyte[] codes, float[] scales) = RowQuantization.QuantizeColumns(layer.Weights, layer.Outputs);
            (OnnxValue quantized, OnnxValue scale, OnnxValue least) = QuantizeRows(x);
            OnnxValue weights = _graph.Constant<sbyte>(codes, label + "Weights", layer.Inputs, layer.Outputs);
            OnnxValue sum = _graph.Cast(_graph.MatMulInteger(quantized, weights), OnnxType.Float);
            OnnxValue sums = _graph.Constant<float>(RowQuantization.ColumnSums(codes, scales), label + "Sums", layer.Outputs);
            product = _graph.Multiply(_graph.Multiply(sum, scale), _graph.Constant<float>(scales, label + "Scales", layer.Outputs));
            product = _graph.Add(product, _graph.Multiply(least, sums));
        }
        else
        {
            product = _graph.MatMul(x, Constant(layer.Weights, label + "Weights", layer.Inputs, layer.Outputs));
        }

        return layer.Bias is { } bias ? _graph.Add(product, Constant(bias, label + "Bias", layer.Outputs)) : product;
    }

    /// <summary>
    /// 8-bit unsigned integers over the range of each row: x ≈ quantized · scale + least. ONNX's DynamicQuantizeLinear takes one range for
    /// the whole tensor, which would make a shopper's list depend on who shares the batch.
    /// </summary>
    private (OnnxValue Quantized, OnnxValue Scale, OnnxValue Least) QuantizeRows(OnnxValue x)
    {
        OnnxValue least = _graph.RowMin(x);
        OnnxValue range = _graph.Max(_graph.Subtract(_graph.RowMax(x), least), Scalar(Epsilon, "epsilon"));
        OnnxValue scale = _graph.Multiply(range, Scalar(1f / byte.MaxValue, "step"));
        OnnxValue codes = _graph.Round(_graph.Divide(_graph.Subtract(x, least), scale));
        return (_graph.Cast(_graph.Min(codes, Scalar(byte.MaxValue, "mostCode")), OnnxType.UInt8), scale, least);
    }

    /// <param name="Types">[b, h] i64.</param>
    /// <param name="Ages">[b, h] f32.</param>
    private sealed record EventColumns(EventWeights Weights, OnnxValue Types, OnnxValue Ages);

    /// <summary>The table of item vectors, in whatever form it is stored.</summary>
    private sealed record ItemRows(RankerGraph Owner, OnnxValue Table, OnnxValue? Scales)
    {
        public OnnxValue Gather(OnnxValue ordinals)
        {
            OnnxGraph graph = Owner._graph;
            OnnxValue rows = graph.Gather(Table, ordinals);
            if (Owner._precision == RankerPrecision.Half)
                return rows;
            rows = graph.Cast(rows, OnnxType.Float);
            return Scales is { } scales ? graph.Multiply(rows, graph.Gather(scales, ordinals)) : rows;
        }
    }
}
