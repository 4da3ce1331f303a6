using Lineup.Training.Checkpoints;

namespace Lineup.Training.Tests.Checkpoints;

public sealed class CheckpointFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lineup-checkpoint-").FullName;

    private string FilePath => Path.Combine(_folder, "checkpoint.bin");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Read_OfWhatWasWritten_GivesEveryBit()
    {
        await WriteAsync();

        var read = CheckpointFile.Read(FilePath);

        Assert.Equal(("this run", 3, 17, 99), (read.Run, read.Epoch, read.Step, read.Averaged));
        Assert.Equal(new EpochSums(17, 1.0 / 3, 1234, 0.1), read.Sums);
        Assert.Equal(Sample.Tensors.Keys, read.Tensors.Keys);
        Assert.Equal(Bits(Sample.Tensors["weight"]), Bits(read.Tensors["weight"]));
        Assert.Equal(Sample.Means["weight"], read.Means["weight"]);
    }

    [Fact]
    public async Task Write_OverOlder_LeavesNothingElse()
    {
        await WriteAsync();
        await WriteAsync();

        Assert.Equal([FilePath], Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(-1)]
    public async Task Read_OfOneChangedByte_Refuses(int at)
    {
        await WriteAsync();
        var bytes = File.ReadAllBytes(FilePath);
        bytes[at < 0 ? bytes.Length + at : at] ^= 1;
        File.WriteAllBytes(FilePath, bytes);

        Assert.Contains("damaged", Assert.Throws<TrainingException>(() => CheckpointFile.Read(FilePath)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(200)]
    public async Task Read_OfCutOffFile_Refuses(int length)
    {
        await WriteAsync();
        File.WriteAllBytes(FilePath, File.ReadAllBytes(FilePath)[..length]);

        Assert.Contains("damaged", Assert.Throws<TrainingException>(() => CheckpointFile.Read(FilePath)).Message);
    }

    [Fact]
    public void Read_OfNone_SaysSo() => Assert.Contains("cannot be read", Assert.Throws<TrainingException>(() => CheckpointFile.Read(FilePath)).Message);

    private static Checkpoint Sample => new()
    {
        Run = "this run",
        Epoch = 3,
        Step = 17,
        Sums = new(17, 1.0 / 3, 1234, 0.1),
        Averaged = 99,
        Tensors = new Dictionary<string, float[]> { ["weight"] = [1f / 3, -0f, float.Epsilon, float.NaN, float.NegativeInfinity], ["weight/momentum"] = [], ["bias"] = [2] },
        Means = new Dictionary<string, float[]> { ["weight"] = [5, 4, 3, 2, 1] },
    };

    private static uint[] Bits(float[] values) => Array.ConvertAll(values, BitConverter.SingleToUInt32Bits);

    private Task WriteAsync() => CheckpointFile.WriteAsync(Sample, FilePath, TestContext.Current.CancellationToken);
}
