namespace Lineup.Compression.Pruning;

/// <summary>
/// Turns the work of stages of unlike size into one row of units that take about as long as each other. Reports come from the thread
/// that runs the stage.
/// </summary>
internal sealed class ProgressMeter(IProgress<PruningProgress>? progress, double total)
{
    private const int Units = 1000;
    private double _before;
    private double _stage;
    private string _name = "";

    /// <summary>Begins a stage; the one before it counts as done.</summary>
    public void Begin(string name, double work)
    {
        _before += _stage;
        (_name, _stage) = (name, work);
        Report(0);
    }

    /// <param name="share">How much of the stage is done, 0 to 1.</param>
    public void Report(double share) =>
        progress?.Report(new(_name, (int)Math.Min(Units, Units * (_before + (share * _stage)) / Math.Max(1e-9, total)), Units));

    public void Finish() => progress?.Report(new("done", Units, Units));
}
