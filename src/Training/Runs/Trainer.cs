using System.Security.Cryptography;
using System.Text;
using Lineup.Compression.Onnx;
using Lineup.ModelRepository.Manifests;
using Lineup.Training.Checkpoints;
using Lineup.Training.Data;
using Lineup.Training.Schedules;
using Lineup.Training.Steps;

namespace Lineup.Training.Runs;

/// <summary>
/// Runs steps epoch after epoch: feeds, schedules, averages, tests, writes metrics and checkpoints. When a run is finished the session
/// holds the averaged weights where the plan has averaging, and the last ones where it has none. One run at a time.
/// </summary>
/// <param name="session">The step; its weights move.</param>
/// <param name="plan">How.</param>
/// <param name="clock">Measures time.</param>
internal sealed class Trainer(TrainingSession session, RunPlan plan, TimeProvider clock)
{
    private readonly WeightAverage? _average = plan.Averaging is { } averaging ? new(session.Parameters, averaging.Decay) : null;
    private readonly MetricsFile _metrics = new(Path.Combine(plan.Folder, RunPlan.MetricsName));
    private readonly string _checkpointPath = Path.Combine(plan.Folder, RunPlan.CheckpointName);
    private readonly long _started = clock.GetTimestamp();
    private EpochReport? _last;
    private int _steps;
    private EpochSums _sums;
    private long _stepsHere;

    /// <summary>Changes the targets of a batch before its step, as a teacher does.</summary>
    public Action<Batch>? Targets { get; init; }

    /// <summary>Runs, or goes on.</summary>
    /// <exception cref="TrainingException">The numbers have left the finite, or the checkpoint is of another run.</exception>
    public async Task<RunOutcome> RunAsync(
        TrainingData data, InputSpecification input, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        using var feeder = new BatchFeeder(data.Train, input, plan.Feed);
        _steps = feeder.Steps;
        var (epoch, step) = plan.Resume ? Restore() : (0, 0);
        await _metrics.KeepAsync(epoch, cancellationToken);
        for (; epoch < plan.Epochs; (epoch, step) = (epoch + 1, 0))
        {
            var result = await RunEpochAsync(feeder, epoch, step, data.Train.Classes is not null || Targets is not null, progress, cancellationToken);
            if (result is not { } last)
                return new(false, _last);

            var isTested = data.Test is not null && ((epoch + 1) % plan.TestEvery == 0 || epoch + 1 == plan.Epochs);
            _last = Report(feeder, epoch, last) with
            {
                TestTop1 = isTested ? TopOne.Measure(session.ToModel(), data.Test!, input, plan.Threads, cancellationToken) : null,
                AveragedTestTop1 = isTested && _average is { Count: > 0 }
                    ? TopOne.Measure(AveragedModel(), data.Test!, input, plan.Threads, cancellationToken)
                    : null,
            };
            await _metrics.AddAsync(_last, cancellationToken);
            _sums = default;
            await SaveAsync(epoch + 1, 0, cancellationToken);
        }

        if (_average is { Count: > 0 })
            _average.CopyTo(session.Parameters);
        return new(true, _last);
    }

    /// <summary>Null where the time was over before the epoch was.</summary>
    private async Task<StepResult?> RunEpochAsync(
        BatchFeeder feeder, int epoch, int firstStep, bool hasTargets, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var result = default(StepResult);
        await foreach (var batch in feeder.ReadAsync(epoch, firstStep, cancellationToken))
        {
            if (plan.TimeLimit is { } limit && clock.GetElapsedTime(_started) >= limit)
            {
                await SaveAsync(epoch, batch.Step, cancellationToken);
                return null;
            }

            var began = clock.GetTimestamp();
            Targets?.Invoke(batch);
            result = session.Run(batch.Images, batch.Targets, Rate(epoch, batch.Step));
            feeder.Return(batch);
            if (!float.IsFinite(result.Loss) || !float.IsFinite(result.GradientNorm))
                throw new TrainingException($"after step {batch.Step + 1} of epoch {epoch + 1} the numbers are not finite: lower the peak of the learning rate, or clip gradients");
            if (plan.Averaging is { } averaging && epoch >= averaging.FromEpoch)
                _average!.Add(session.Parameters);

            _sums = _sums.With(result.Loss, result.Correct, clock.GetElapsedTime(began).TotalSeconds);
            _stepsHere++;
            progress?.Report(Progress(feeder, epoch, batch.Step + 1, hasTargets));
        }

        return result;
    }

    private float Rate(int epoch, int step) => plan.Schedule.Rate(((long)epoch * _steps) + step, _steps, plan.Epochs);

    /// <summary>
    /// The run and the rates of its steps up to one: a run with more or fewer epochs may go on from it where these do not differ.
    /// </summary>
    private string Identity(int epoch, int step)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(plan.Identity));
        for (var (e, s) = (0, 0); e < epoch || s < step; (e, s) = s + 1 < _steps ? (e, s + 1) : (e + 1, 0))
            hash.AppendData(BitConverter.GetBytes(Rate(e, s)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private TrainingProgress Progress(BatchFeeder feeder, int epoch, int step, bool hasTargets)
    {
        var (pictures, left) = (_sums.Steps * plan.Feed.Batch, ((long)(plan.Epochs - epoch) * feeder.Steps) - step);
        return new(
            epoch + 1, plan.Epochs, step, feeder.Steps, _sums.Loss / _sums.Steps, hasTargets ? (double)_sums.Correct / pictures : null,
            pictures / _sums.Seconds, clock.GetElapsedTime(_started) / _stepsHere * left);
    }

    private EpochReport Report(BatchFeeder feeder, int epoch, StepResult last) => new()
    {
        Epoch = epoch + 1,
        Steps = (long)(epoch + 1) * feeder.Steps,
        LearningRate = Math.Round(Rate(epoch, feeder.Steps - 1), 6),
        Loss = Math.Round(_sums.Loss / _sums.Steps, 5),
        Accuracy = Math.Round((double)_sums.Correct / (_sums.Steps * plan.Feed.Batch), 5),
        GradientNorm = Math.Round(last.GradientNorm, 4),
        PicturesPerSecond = Math.Round(_sums.Steps * plan.Feed.Batch / _sums.Seconds, 1),
        Seconds = Math.Round(_sums.Seconds, 1),
    };

    private OnnxModel AveragedModel()
    {
        var model = session.ToModel();
        var initializers = model.Graph.Initializers.ToDictionary(value => value.Name);
        foreach (var (name, mean) in _average!.Means)
            initializers[name].SetData(TensorData.Create(mean, initializers[name].Data!.Dims));
        return model;
    }

    private Task SaveAsync(int epoch, int step, CancellationToken cancellationToken) => CheckpointFile.WriteAsync(
        new()
        {
            Run = Identity(epoch, step),
            Epoch = epoch,
            Step = step,
            Sums = _sums,
            Averaged = _average?.Count ?? 0,
            Tensors = session.Parameters.Tensors.ToDictionary(tensor => tensor.Name, tensor => session.Parameters.Span(tensor.Name).ToArray()),
            Means = _average?.Means ?? new Dictionary<string, float[]>(),
        },
        _checkpointPath,
        cancellationToken);

    private (int Epoch, int Step) Restore()
    {
        var checkpoint = CheckpointFile.Read(_checkpointPath);
        if (checkpoint.Run != Identity(checkpoint.Epoch, checkpoint.Step))
            throw new TrainingException($"{_checkpointPath} is of another run: its recipe, its pictures or the rates of its steps were not these; begin anew without --resume");
        foreach (var tensor in session.Parameters.Tensors)
            session.Parameters.Set(tensor.Name, TensorData.Create(checkpoint.Tensors[tensor.Name], tensor.Initial.Dims));
        _average?.Restore(checkpoint.Averaged, checkpoint.Means);
        _sums = checkpoint.Sums;
        return (checkpoint.Epoch, checkpoint.Step);
    }
}
