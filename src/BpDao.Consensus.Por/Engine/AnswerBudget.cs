using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>How much a peer may have this node read and send for it: a bucket of answers and one of bytes, both filling steadily. A node that catches
/// up stays far below; one that asks for old blocks all day costs no more than this.</summary>
internal sealed class AnswerBudget(TimeProvider time)
{
    public const double AnswersPerSecond = 32;
    public const double MostAnswers = 64;
    public const double BytesPerSecond = 4 << 20;

    /// <summary>Three of the longest blocks.</summary>
    public const double MostBytes = 32 << 20;

    private const int MaxPeers = 1024;

    private readonly Dictionary<PeerId, Bucket> _buckets = [];

    /// <summary>One more answer may be made for this peer.</summary>
    public bool MayAnswer(PeerId peer)
    {
        Bucket bucket = BucketOf(peer);
        if (bucket.Answers < 1 || bucket.Bytes <= 0) return false;
        bucket.Answers--;
        return true;
    }

    /// <summary>An answer of that length went out.</summary>
    public void Spend(PeerId peer, int bytes) => BucketOf(peer).Bytes -= bytes;

    private Bucket BucketOf(PeerId peer)
    {
        long now = time.GetTimestamp();
        if (!_buckets.TryGetValue(peer, out Bucket? bucket))
        {
            // Peers come and go; who was long silent has a full bucket anyway.
            if (_buckets.Count == MaxPeers) _buckets.Remove(_buckets.MinBy(b => b.Value.Filled).Key);
            _buckets.Add(peer, bucket = new Bucket { Filled = now });
        }

        double seconds = time.GetElapsedTime(bucket.Filled, now).TotalSeconds;
        bucket.Answers = Math.Min(MostAnswers, bucket.Answers + (seconds * AnswersPerSecond));
        bucket.Bytes = Math.Min(MostBytes, bucket.Bytes + (seconds * BytesPerSecond));
        bucket.Filled = now;
        return bucket;
    }

    private sealed class Bucket
    {
        public double Answers { get; set; } = MostAnswers;

        public double Bytes { get; set; } = MostBytes;

        public long Filled { get; set; }
    }
}
