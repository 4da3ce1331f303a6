namespace Lineup.Training.Tests;

/// <summary>A batch for <see cref="Nets.Linear"/>, and its loss and gradients in plain arithmetic of double precision.</summary>
internal sealed class LinearTask
{
    public const int Batch = 5;
    public const int Classes = 3;
    private const int Inputs = 4;

    public float[] Images { get; } = Tensors.Normal(21, Batch, Inputs).ToArray<float>();

    /// <summary>Distributions, none of them on one class alone.</summary>
    public float[] Targets { get; } = Rows(Tensors.Normal(22, Batch, Classes).ToArray<float>());

    /// <summary>Loss and gradients of weight [classes, inputs] and bias.</summary>
    public (double Loss, double[] Weight, double[] Bias) Differentiate(double[] weight, double[] bias, double temperature = 1)
    {
        var (loss, dWeight, dBias) = (0.0, new double[weight.Length], new double[bias.Length]);
        for (var n = 0; n < Batch; n++)
        {
            var scores = Enumerable.Range(0, Classes)
                .Select(k => (bias[k] + Enumerable.Range(0, Inputs).Sum(i => weight[(k * Inputs) + i] * Images[(n * Inputs) + i])) / temperature)
                .ToArray();
            var total = scores.Sum(Math.Exp);
            for (var k = 0; k < Classes; k++)
            {
                double target = Targets[(n * Classes) + k];
                var probability = Math.Exp(scores[k]) / total;
                loss -= temperature * temperature * target * Math.Log(probability) / Batch;
                var error = temperature * (probability - target) / Batch;
                dBias[k] += error;
                for (var i = 0; i < Inputs; i++)
                    dWeight[(k * Inputs) + i] += error * Images[(n * Inputs) + i];
            }
        }

        return (loss, dWeight, dBias);
    }

    private static float[] Rows(float[] numbers)
    {
        for (var start = 0; start < numbers.Length; start += Classes)
        {
            var row = numbers.AsSpan(start, Classes);
            var sum = 0f;
            foreach (ref var number in row)
                sum += number = MathF.Exp(number);
            foreach (ref var number in row)
                number /= sum;
        }

        return numbers;
    }
}
