/// Expressions for comparing our parser with Prometheus' own. One per line, by topic.
enum PromQLCorpus {
  static let valid = lines(
    #"""
    # numbers
    1
    0
    -1
    +1
    --1
    -+-1
    1.5
    .5
    5.
    -.5
    1e3
    1E3
    1e+3
    1e-3
    1.e2
    .5e-2
    0x1F
    0XfF
    0x1e
    0x1e+5
    010
    08
    09.5
    007
    00
    1e-400
    99999999999999999999
    0777777777777777777777777777
    Inf
    inf
    +Inf
    -Inf
    iNf
    NaN
    nan
    -NaN
    0x7FFFFFFFFFFFFFFF
    # strings
    "a"
    'a'
    `a`
    ""
    ''
    ``
    "it's"
    'say "hi"'
    `back\slash "and" 'quotes'`
    "\a\b\f\n\r\t\v\\\""
    '\''
    "\x41\u0041\U00000041\101"
    "\ufffd"
    "日本語"
    '\xe6\x97\xa5'
    ("a")
    # selectors
    up
    :a
    a:b:c
    a:
    _
    __name__
    A1_b
    up{}
    up{job="a"}
    up{job='a'}
    up{job=`a`}
    up{job="a",}
    up{job="a", instance!="b"}
    up{ job = "a" , instance != "b" }
    up {job="a"}
    up{job=~"a|b"}
    up{job!~"a.*"}
    up{job=""}
    up{job="a",job="b"}
    up{on="a",by="b",and="c",offset="d",bool="e",sum="f",inf="g",nan="h",atan2="i",start="j"}
    {job="a"}
    {job=~".+"}
    {job!=""}
    {job!~""}
    {job!~".*",instance="a"}
    {__name__="up"}
    {__name__=~"a.+"}
    {__name__="not a name"}
    {__name__="up",__name__!="down"}
    {__name__!~"a.*|"}
    up{a="\n"}
    up{a="{}"}
    up{a="#"}
    up{a="$node"}
    up{a=~"$node"}
    up{a=~"${node:regex}"}
    # metrics named as keywords
    sum
    avg
    count_values
    group
    by
    without
    and
    or
    unless
    offset
    start
    end
    START
    Sum{a="b"}
    sum + sum
    and and and
    or or or
    offset offset 5m
    by offset 1m
    without[5m]
    rate(sum[5m])
    sum(sum)
    sum by (by) (by)
    unless unless unless
    end @ end()
    # ranges, offsets, @
    up[5m]
    up[1h30m]
    up[1y2w3d4h5m6s7ms]
    up[1d]
    up[1w]
    up[1y]
    up[100ms]
    up[ 5m ]
    up[5m # why
    ]
    up{a="b"}[5m]
    up offset 5m
    up offset -5m
    up offset - 5m
    up OFFSET 5m
    up{a="b"} offset 1h30m
    up[5m] offset 1d
    up[5m] offset -1w
    up @ 1
    up @ 1.5
    up @ -1
    up @ +1
    up @ 1e9
    up @ 0x10
    up @ start()
    up @ end()
    up @ START ( )
    up @ 1 offset 5m
    up offset 5m @ 1
    up[5m] @ 1 offset 5m
    up[5m] offset 5m @ end()
    up[5m:1m]
    up[5m:]
    up[5m : 1m]
    up[5m:1m] offset 1m
    up[5m:1m] @ 1
    up offset 1m [5m:1m]
    up @ 1 [5m:1m]
    (up)[5m:1m]
    (up + up)[5m:]
    sum(up)[5m:1m]
    rate(up[5m])[1h:5m]
    max_over_time(rate(up[5m])[1h:5m])
    max_over_time(max_over_time(up[5m:1m])[1h:5m] offset 1d)
    -up offset 5m
    1 + up offset 5m
    (1 + up)[5m:]
    # operators
    1 + 2
    1 - 2
    1 * 2
    1 / 2
    1 % 2
    1 ^ 2
    1 atan2 2
    1 ATAN2 2
    1 == bool 2
    1 != bool 2
    1 < bool 2
    1 <= bool 2
    1 > bool 2
    1 >= bool 2
    1 >= BOOL 2
    1+2
    1-2
    1--2
    a-b
    a - -b
    2 ^ 3 ^ 2
    -2 ^ 2
    2 ^ -2
    2 ^ -x ^ 2
    -x ^ 2
    -x * 2
    x * -y * z
    -(x)
    +(x)
    +x
    - - x
    +-+x
    a + b * c ^ d
    a == b
    a == bool b
    a == 1
    1 == a
    a > bool 1
    a == b == c
    1 < bool 2 < bool 3
    1 < bool (2 < bool 3)
    (a)
    ((((a))))
    ( a + b ) * c
    a and b
    a AND b
    a or b
    a unless b
    a and b or c unless d
    a + b and c
    time() - a
    time() > bool 5
    scalar(a) + 1
    scalar(a) == bool scalar(b)
    # matching
    a + on(x) b
    a + on (x, y) b
    a + on(x,) b
    a + on() b
    a + ON(x) b
    a + ignoring(x) b
    a + ignoring() b
    a + ignoring(x,x) b
    a * on(x) group_left b
    a * on(x) group_left() b
    a * on(x) group_left(y) b
    a * on(x) group_left(y,) b
    a * on(x) group_right(y, z) b
    a * ignoring(x) group_left(y) b
    a * ignoring(x) group_left(x) b
    a * on(x) Group_Left(y) b
    a * on(x) group_left (y) (b)
    a * on() group_left() b
    a == bool on(x) b
    a == bool on(x) group_left(y) b
    a > on(x) group_right b
    a atan2 on(x) b
    a and on(x) b
    a or ignoring(x) b
    a unless on() b
    a + on(sum, by, on, offset, bool, atan2, start, end, and, group_left, ignoring) b
    1 + on() a
    1 + ignoring() 2
    1 + on() group_left(x) a
    a / on(x) sum by (x) (b)
    a / on(x) (b / on(x) c)
    # aggregations
    sum(a)
    SUM(a)
    sum (a)
    sum((a))
    avg(a)
    min(a)
    max(a)
    count(a)
    group(a)
    stddev(a)
    stdvar(a)
    topk(5, a)
    bottomk(5, a)
    quantile(0.9, a)
    count_values("v", a)
    count_values(("v"), a)
    topk(scalar(b), a)
    topk(1 + 1, a)
    sum by (x) (a)
    sum by(x)(a)
    sum by (x, y) (a)
    sum by (x,) (a)
    sum by (x,x) (a)
    sum by () (a)
    sum without (x) (a)
    sum without () (a)
    sum(a) by (x)
    sum(a) without (x, y)
    sum BY (x) (a)
    sum by (sum, by, on, offset, bool, atan2, start, end, and, or, unless, avg) (a)
    topk(5, a) by (x)
    topk by (x) (5, a)
    quantile without (x) (0.5, a)
    count_values by (x) ("v", a)
    sum(rate(a[5m])) by (x) / sum(rate(b[5m])) by (x)
    sum(sum(sum(a)))
    sum(-a)
    sum(a == bool 1)
    sum by (x) (a) * 2
    # functions
    abs(a)
    absent(a)
    absent(sum(a))
    absent_over_time(a[5m])
    acos(a)
    acosh(a)
    asin(a)
    asinh(a)
    atan(a)
    atanh(a)
    avg_over_time(a[5m])
    ceil(a)
    changes(a[5m])
    clamp(a, 0, 1)
    clamp_max(a, 1)
    clamp_min(a, 1)
    cos(a)
    cosh(a)
    count_over_time(a[5m])
    day_of_month()
    day_of_month(a)
    day_of_week()
    day_of_year(a)
    days_in_month()
    deg(a)
    delta(a[5m])
    deriv(a[5m])
    exp(a)
    floor(a)
    histogram_count(a)
    histogram_sum(a)
    histogram_fraction(0, 1, a)
    histogram_quantile(0.9, a)
    holt_winters(a[5m], 0.5, 0.5)
    hour()
    hour(vector(time()))
    idelta(a[5m])
    increase(a[5m])
    irate(a[5m])
    label_join(a, "x", ",")
    label_join(a, "x", ",", "y")
    label_join(a, "x", ",", "y", "z", "w")
    label_replace(a, "x", "$1", "y", "(.*)")
    label_replace(a, "not a label", "$1", "y", "(")
    last_over_time(a[5m])
    ln(a)
    log10(a)
    log2(a)
    max_over_time(a[5m])
    min_over_time(a[5m])
    minute()
    month(a)
    pi()
    pi() * 2
    predict_linear(a[5m], 3600)
    predict_linear(a[5m], -1)
    present_over_time(a[5m])
    quantile_over_time(0.9, a[5m])
    rad(a)
    rate(a[5m])
    rate(a{b="c"}[5m] offset 1h)
    rate(sum(a)[5m:])
    resets(a[5m])
    round(a)
    round(a, 0.1)
    scalar(a)
    sgn(a)
    sin(a)
    sinh(a)
    sort(a)
    sort_desc(a)
    sqrt(a)
    stddev_over_time(a[5m])
    stdvar_over_time(a[5m])
    sum_over_time(a[5m])
    tan(a)
    tanh(a)
    time()
    timestamp(a)
    vector(1)
    vector(time())
    year()
    abs (a)
    rate
    time
    abs(abs(abs(a)))
    rate{a="b"}
    # regular expressions
    a{b=~""}
    a{b=~"a+b*c?"}
    a{b=~"a{2}b{2,}c{2,3}"}
    a{b=~"a{,2}"}
    a{b=~"a{"}
    a{b=~"a{x}"}
    a{b=~"a{01}"}
    a{b=~"a{1000}"}
    a{b=~"a+?b*?c??d{2}?"}
    a{b=~"(a*)*"}
    a{b=~"[abc]"}
    a{b=~"[^abc]"}
    a{b=~"[]a]"}
    a{b=~"[^]a]"}
    a{b=~"[a-z0-9_-]"}
    a{b=~"[a-]"}
    a{b=~"[-a]"}
    a{b=~"[\\d-z]"}
    a{b=~"[[:alpha:][:^digit:]]"}
    a{b=~"[[:alpha]"}
    a{b=~"[\\]]"}
    a{b=~"[*+?]"}
    a{b=~"\\d\\D\\w\\W\\s\\S"}
    a{b=~"\\pL\\p{Lu}\\P{^Greek}\\pN"}
    a{b=~"\\.\\*\\-\\_\\/"}
    a{b=~"\\x41\\x{1F600}\\0\\12\\123"}
    a{b=~"\\A\\b\\Ba\\z"}
    a{b=~"^a$"}
    a{b=~"^*"}
    a{b=~"(a)|b|"}
    a{b=~"|"}
    a{b=~"()"}
    a{b=~"(?:a)(?P<n>b)"}
    a{b=~"(?i)a(?s-m:b)(?U)c"}
    a{b=~"(?P<n>a)(?P<n>b)"}
    a{b=~"(?)a"}
    a{b=~"(?-i)a"}
    a{b=~"a(?i)*"}
    a{b=~"\\Qa.b\\Ec"}
    a{b=~"a]b}"}
    a{b=~"日本+"}
    {b=~"a|b"}
    {b=~"\\b"}
    {b=~"(a?)(b)"}
    {b=~"a{1,}"}
    {b!~"^$"}
    {b!~"()"}
    # space and comments
      a   +   b
    a # comment
    a + # comment
    b
    # only before
    a
    """#)

  static let invalid = lines(
    #"""
    # nothing
    ()
    # numbers
    0x
    0xg
    1e
    1e+
    1e400
    1.2.3
    1_000
    0b1
    0o7
    0x1.8
    0x1.8p1
    0xFFFFFFFFFFFFFFFFFF
    1x
    .
    1..2
    infinity(1)
    1 2
    5m
    # strings
    "a
    'a
    `a
    "\q"
    "\'"
    '\"'
    "\x4"
    "\400"
    "\ud800"
    "\U00110000"
    "\u12"
    "a" "b"
    "�"
    a{b="�"}
    -"a"
    "a" + 1
    # selectors
    {}
    {a=""}
    {a=~""}
    {a=~".*"}
    {a!="b"}
    {a!~".+"}
    {a=~"a*"}
    {a=~"b|"}
    {a=~"\\B"}
    {a=~"^$"}
    {a=~"(a?){3}"}
    {a=~"a{0}"}
    {a=~"a{0,3}"}
    {a=~"a{,3}|"}
    {a!~"b"}
    {__name__=~".*"}
    up{__name__="up"}
    up{__name__=~"up"}
    {__name__="up"}{a="b"}
    up{
    up}
    up{a
    up{a}
    up{a=}
    up{a=b}
    up{a="b"
    up{a="b",,}
    up{,}
    up{,a="b"}
    up{a="b" c="d"}
    up{a=="b"}
    up{a~="b"}
    up{a=1}
    up{a>"b"}
    up{1a="b"}
    up{a:b="c"}
    up{"a"="b"}
    up{"a"}
    up{a="b"}}
    up{{a="b"}}
    1up
    up-{}
    a.b
    a$b
    $a
    a{b=$c}
    ä
    a;b
    a b
    # keywords as metrics
    on
    ignoring
    bool
    atan2
    group_left
    group_right
    on{a="b"}
    inf{a="b"}
    nan[5m]
    by(a)
    offset(a)
    start()
    end()
    without (a) sum(b)
    # ranges, offsets, @
    up[]
    up[5]
    up[5m
    up[5m1h]
    up[5m5m]
    up[m]
    up[-5m]
    up[5 m]
    up[1.5h]
    up[5M]
    up[5x]
    up[0s]
    up[0]
    up[300y]
    up[99999999999999999999s]
    up[5m][5m]
    up[5m:1m][5m]
    up[5m][5m:1m]
    up[5m:1m][5m:1m]
    up[:]
    up[:1m]
    up[5m:1m:1m]
    up[5m::]
    up[5m:0s]
    up[5m,1m]
    up[[5m]]
    up]
    up[$__rate_interval]
    rate(up[$__interval])
    (up)[5m]
    (up[5m])[5m:]
    sum(up)[5m]
    1[5m]
    1[5m:]
    "a"[5m:]
    up offset
    up offset 5
    up offset 0s
    up offset 5m offset 5m
    up offset 5m @ 1 offset 5m
    up offset 5m [5m]
    up @ 1 [5m]
    up @
    up @ start
    up @ start(1)
    up @ now()
    up @ foo
    up @ Inf
    up @ NaN
    up @ -Inf
    up @ 1e19
    up @ 9223372036854775807
    up @ 1 @ 2
    up @ 1 @ end()
    up @ "1"
    (up) offset 5m
    (up) @ 1
    1 offset 5m
    1 @ 1
    sum(up) offset 5m
    rate(up[5m]) offset 5m
    rate(up[5m]) @ 1
    -up[5m]
    -up[5m:]
    offset 5m
    @ 1
    5m offset up
    # operators
    +
    1 +
    + 
    * 1
    1 * / 2
    1 = 2
    a = b
    a =~ b
    a !~ b
    a =! b
    a ! b
    a & b
    a | b
    a && b
    a || b
    a <> b
    a => b
    a >== b
    a ** b
    a // b
    !a
    ~a
    1 == 2
    1 < 2
    1 > 2 + 3
    time() == 1
    scalar(a) > 1
    1 < bool 2 < 3
    a + bool b
    a and bool b
    1 + bool 2
    a bool b
    1 and 2
    a and 1
    1 or a
    a unless 1
    1 and on(x) 2
    a and scalar(b)
    a[5m] + 1
    1 + a[5m]
    a[5m] + b[5m]
    a[5m] and b
    a == "b"
    "a" == "b"
    "a" and "b"
    (a
    a)
    ((a)
    (a))
    )(
    # matching
    a + on b
    a + on(x b
    a + on(,) b
    a + on(x y) b
    a + on(x,,y) b
    a + on("x") b
    a + on(1) b
    a + on(x:y) b
    a + on(without) b
    a + on(inf) b
    a + on(x) on(y) b
    a + on(x) ignoring(y) b
    a on(x) + b
    a + group_left b
    a + group_left(x) b
    a + group_left(x) on(y) b
    a + on(x) group_left(y) group_right(z) b
    a + on(x) group_left(x) b
    a + on(x,y) group_right(z,y) b
    a + on(x) bool b
    a == on(x) bool b
    a and on(x) group_left b
    a or ignoring(x) group_right(y) b
    a unless on(x) group_left(y) b
    1 + on(x) a
    a + on(x) 1
    1 + ignoring(x) 2
    a * on(x) group_left(y
    # aggregations
    sum()
    sum(a, b)
    sum(1)
    sum("a")
    sum(a[5m])
    sum a
    sum by a (b)
    sum by (a) b
    sum by (a)
    sum by (a) ()
    sum by (a) (b) by (c)
    sum(a) by (b) by (c)
    sum(a) by
    sum(a) by b
    sum by (a) without (b) (c)
    sum by (1) (a)
    sum by ("a") (b)
    sum by (a:b) (c)
    sum by (without) (a)
    sum by (nan) (a)
    sum by (a b) (c)
    sum by (,) (a)
    sum(a,)
    topk(a)
    topk(5)
    topk(a, 5)
    topk(a, b)
    topk("5", a)
    topk(5, 5)
    topk(5, a, b)
    topk(5, a[5m])
    quantile(a)
    count_values(a)
    count_values(v, a)
    count_values(5, a)
    count_values("v", 1)
    sum(time())
    sum (a) by (x) offset
    sum:(a)
    # functions
    foo(a)
    Rate(a[5m])
    RATE(a[5m])
    rate()
    rate(a)
    rate(a[5m], 1)
    rate(sum(a))
    rate(rate(a[5m]))
    rate(rate(a[5m])[5m])
    rate(1)
    rate(a[5m:],)
    abs()
    abs(1)
    abs(a, b)
    abs(a,)
    abs(,a)
    abs(a[5m])
    abs("a")
    a:b(c)
    clamp(a)
    clamp(a, 1)
    clamp(a, b, c)
    clamp_max(1, a)
    histogram_quantile(a)
    histogram_quantile(a, 0.9)
    histogram_quantile("0.9", a)
    histogram_fraction(0, a)
    label_join(a)
    label_join(a, "x")
    label_join(a, "x", 1)
    label_join(a, "x", ",", y)
    label_join(a, "x", ",", "y", 1)
    label_replace(a, "x", "y", "z")
    label_replace(a, x, "y", "z", "w")
    label_replace(a, "x", "y", "z", "w", "v")
    round()
    round(a, 1, 2)
    round(a, b)
    scalar(1)
    vector(a)
    vector()
    time(1)
    pi(1)
    day_of_month(1)
    day_of_month(a, b)
    predict_linear(a, 1)
    predict_linear(a[5m])
    predict_linear(a[5m], b)
    quantile_over_time(a[5m], 0.9)
    absent(1)
    absent(a[5m])
    timestamp(1)
    histogram_avg(a)
    mad_over_time(a[5m])
    double_exponential_smoothing(a[5m], 0.5, 0.5)
    sort_by_label(a, "b")
    info(a)
    limitk(1, a)
    # regular expressions
    a{b=~"("}
    a{b=~")"}
    a{b=~"a)(b"}
    a{b=~"["}
    a{b=~"[]"}
    a{b=~"[^]"}
    a{b=~"[z-a]"}
    a{b=~"[a-\\d]"}
    a{b=~"[[:foo:]]"}
    a{b=~"*"}
    a{b=~"+a"}
    a{b=~"?"}
    a{b=~"{2}"}
    a{b=~"a**"}
    a{b=~"a+*"}
    a{b=~"a{2}{3}"}
    a{b=~"a*??"}
    a{b=~"(*)"}
    a{b=~"a|*"}
    a{b=~"(?i)*"}
    a{b=~"a{1001}"}
    a{b=~"a{3,2}"}
    a{b=~"(a{100}){100}"}
    a{b=~"\\"}
    a{b=~"\\y"}
    a{b=~"\\Z"}
    a{b=~"\\C"}
    a{b=~"\\1"}
    a{b=~"\\8"}
    a{b=~"\\x"}
    a{b=~"\\x{110000}"}
    a{b=~"\\x{}"}
    a{b=~"\\p"}
    a{b=~"\\pX"}
    a{b=~"\\p{"}
    a{b=~"\\Qa"}
    a{b=~"(?=a)"}
    a{b=~"(?!a)"}
    a{b=~"(?<=a)"}
    a{b=~"(?<n>a)"}
    a{b=~"(?P=n)"}
    a{b=~"(?P<>a)"}
    a{b=~"(?P<a-b>a)"}
    a{b=~"(?x)a"}
    a{b=~"(?i"}
    a{b=~"(?i-)a"}
    a{b=~"(?"}
    a{b=~"(?#comment)a"}
    a{b!~"("}
    # many things at once
    SELECT 1
    rate(http_requests_total[5m]) by (job)
    sum(rate(a[5m]) by (x))
    sum(rate(a[5m]) > 1 by (x))
    avg(a) over 5m
    a where b
    a if b
    {job="a"} |= "error"
    count_over_time({job="a"} |= "x" [5m])
    """#)

  /// Where we mean to differ, and why.
  static let differences: [(expression: String, promtoolAccepts: Bool, reason: String)] = [
    ("a[5m x]", true, "Prometheus takes any letter within brackets for a colon"),
    ("a[5m x 1m]", true, "as above"),
    (#""\xff""#, true, "label values are UTF-8: nothing could ever match"),
    (#"a{b=~"\\p{Nonsense}"}"#, false, "names of scripts are not looked up"),
    (String(repeating: "(", count: 300) + "a" + String(repeating: ")", count: 300), true, "depth is bounded"),
    (String(repeating: "-", count: 300) + "a", true, "depth is bounded"),
    (Array(repeating: "a", count: 300).joined(separator: " or "), true, "depth is bounded"),
    (
      "a{b=~\"" + String(repeating: "(", count: 300) + String(repeating: ")", count: 300) + "\"}", true,
      "depth is bounded"
    ),
  ]

  /// Comments name the topic, or are part of the expression that the lines around them make.
  private static func lines(_ text: String) -> [String] {
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      let continues = lines.last.map { $0.hasSuffix("# why") || $0.hasSuffix("+ # comment") || $0 == "# only before" }
      if continues == true, let last = lines.popLast() {
        lines.append("\(last)\n\(line)")
      } else if !line.hasPrefix("# ") || line == "# only before" {
        lines.append(line)
      }
    }
    return lines
  }
}
