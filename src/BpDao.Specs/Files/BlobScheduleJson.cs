using System.Text.Json;
using BpDao.Core;

namespace BpDao.Specs.Files;

/// <summary><c>blobSchedule</c> (EIP-7840), in chainspecs and in geth's files alike: a fork's name with <c>target</c>, <c>max</c>,
/// <c>baseFeeUpdateFraction</c>.</summary>
internal static class BlobScheduleJson
{
    private const string Key = "blobSchedule";

    /// <summary>Null when there is none, or none that differs from mainnet's.</summary>
    public static IReadOnlyDictionary<Fork, BlobSchedule>? Read(SpecObject parent)
    {
        if (!parent.Has(Key)) return null;
        SpecObject json = parent.RequiredObject(Key);
        SortedDictionary<Fork, BlobSchedule> schedules = [];
        foreach (Fork fork in Enum.GetValues<Fork>().Where(f => f >= Fork.Cancun))
        {
            string name = ForkScheduleReader.NameOf(fork);
            if (json.Has(name)) schedules.Add(fork, ReadOne(json.RequiredObject(name)));
        }

        json.RefuseOthers();
        return Enum.GetValues<Fork>().All(f => BlobSchedules.Of(f) == BlobSchedules.Of(f, schedules)) ? null : schedules;
    }

    public static void Write(Utf8JsonWriter json, IEnumerable<KeyValuePair<Fork, BlobSchedule>> schedules)
    {
        json.WriteStartObject(Key);
        foreach ((Fork fork, BlobSchedule schedule) in schedules.OrderBy(s => s.Key))
        {
            json.WriteStartObject(ForkScheduleReader.NameOf(fork));
            json.WriteNumber("target", schedule.Target);
            json.WriteNumber("max", schedule.Max);
            json.WriteNumber("baseFeeUpdateFraction", schedule.BaseFeeUpdateFraction);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static BlobSchedule ReadOne(SpecObject json)
    {
        BlobSchedule schedule = new(json.RequiredUInt64("target"), json.RequiredUInt64("max"), json.RequiredUInt64("baseFeeUpdateFraction"));
        json.RefuseOthers();
        // The excess of a block is a difference of the two, its fee divides by the third.
        if (schedule.Target > schedule.Max) json.Fault("target", $"{schedule.Target} is above max, {schedule.Max}");
        if (schedule.BaseFeeUpdateFraction == 0) json.Fault("baseFeeUpdateFraction", "is 0");
        return schedule;
    }
}
