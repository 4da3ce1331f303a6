using Lineup.Training.Optimizers;
using Lineup.Training.Steps;

namespace Lineup.Training.Tests.Optimizers;

public sealed class OptimizerTests
{
    private const int Steps = 6;
    private readonly LinearTask _task = new();

    [Theory]
    [InlineData(0, false, 0)]
    [InlineData(0.9, false, 0.01)]
    [InlineData(0.9, true, 0.01)]
    public void Run_OfSgd_MovesWeightsAsPlainArithmeticDoes(double momentum, bool nesterov, double decay)
    {
        var options = new SgdOptions { Momentum = momentum, Nesterov = nesterov, WeightDecay = decay };
        var velocities = new Dictionary<double[], double[]>();

        Verify(new() { Batch = LinearTask.Batch, Optimizer = options }, (weight, gradient, rate, decays, _) =>
        {
            velocities.TryAdd(weight, new double[weight.Length]);
            for (var i = 0; i < weight.Length; i++)
            {
                var g = gradient[i] + (decays ? decay * weight[i] : 0);
                var v = velocities[weight][i] = (momentum * velocities[weight][i]) + g;
                weight[i] -= rate * (momentum == 0 ? g : nesterov ? g + (momentum * v) : v);
            }
        });
    }

    [Fact]
    public void Run_OfAdamW_MovesWeightsAsPlainArithmeticDoes()
    {
        var options = new AdamWOptions { Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6, WeightDecay = 0.1 };
        var (means, squares) = (new Dictionary<double[], double[]>(), new Dictionary<double[], double[]>());

        Verify(new() { Batch = LinearTask.Batch, Optimizer = options }, (weight, gradient, rate, decays, step) =>
        {
            means.TryAdd(weight, new double[weight.Length]);
            squares.TryAdd(weight, new double[weight.Length]);
            for (var i = 0; i < weight.Length; i++)
            {
                var mean = means[weight][i] = (0.8 * means[weight][i]) + (0.2 * gradient[i]);
                var square = squares[weight][i] = (0.95 * squares[weight][i]) + (0.05 * gradient[i] * gradient[i]);
                var direction = mean / (1 - Math.Pow(0.8, step)) / (Math.Sqrt(square / (1 - Math.Pow(0.95, step))) + 1e-6);
                weight[i] -= rate * (direction + (decays ? 0.1 * weight[i] : 0));
            }
        });
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(1000)]
    public void Run_WithClipping_BoundsTheNormOverAllGradients(double limit)
    {
        var options = new TrainingOptions
        {
            Batch = LinearTask.Batch,
            ClipNorm = limit,
            Optimizer = new SgdOptions { Momentum = 0, WeightDecay = 0 },
        };

        Verify(options, (weight, gradient, rate, _, _) =>
        {
            for (var i = 0; i < weight.Length; i++)
                weight[i] -= rate * gradient[i];
        });
    }

    /// <summary>Runs steps and does the same in double precision.</summary>
    private void Verify(TrainingOptions options, Action<double[], double[], double, bool, int> move)
    {
        var graph = TrainingGraph.Build(Nets.Linear(LinearTask.Classes), options);
        using var session = new TrainingSession(graph, new() { Threads = 1 });
        var weight = session.Parameters.Read("gemm.weight").ToDoubles();
        var bias = session.Parameters.Read("gemm.bias").ToDoubles();
        for (var step = 1; step <= Steps; step++)
        {
            var rate = 0.3f / step;
            var (loss, dWeight, dBias) = _task.Differentiate(weight, bias);
            var norm = Math.Sqrt(dWeight.Concat(dBias).Sum(g => g * g));

            var result = session.Run(_task.Images, _task.Targets, rate);

            Assert.Equal(loss, result.Loss, 1e-5);
            Assert.Equal(norm, result.GradientNorm, 1e-5);
            var scale = options.ClipNorm is { } limit ? Math.Min(1, limit / norm) : 1;
            move(weight, Array.ConvertAll(dWeight, g => g * scale), rate, true, step);
            move(bias, Array.ConvertAll(dBias, g => g * scale), rate, false, step);
            Same(weight, session.Parameters.Read("gemm.weight").ToDoubles());
            Same(bias, session.Parameters.Read("gemm.bias").ToDoubles());
        }
    }

    private static void Same(double[] expected, double[] actual)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 2e-5);
    }
}
