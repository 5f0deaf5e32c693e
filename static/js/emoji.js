// Emoji by name: `:thu` offers thumbs_up. Few and common ones, named as one would look for them; all
// others are in the system's own picker. Fetched with the first colon that begins a word.

import { finds } from "./completing.js";

const SHOWN = 8;
const NAMED = [
  "smile😄 grin😁 grinning😀 happy😃 laugh😆 sweat_smile😅 joy😂 rofl🤣 slight_smile🙂 upside_down🙃 wink😉 blush😊 halo😇 in_love🥰",
  "heart_eyes😍 star_struck🤩 kiss_wink😘 kissing😗 yum😋 tongue😛 wink_tongue😜 zany🤪 money_mouth🤑 hug🤗 giggle🤭 shush🤫 thinking🤔",
  "zipper_mouth🤐 raised_eyebrow🤨 neutral😐 expressionless😑 no_mouth😶 smirk😏 unamused😒 eye_roll🙄 grimace😬 lying🤥 relieved😌 pensive😔",
  "sleepy😪 drooling🤤 sleeping😴 mask😷 thermometer🤒 bandaged🤕 sick🤢 vomit🤮 sneeze🤧 hot🥵 cold🥶 dizzy😵 mind_blown🤯 cowboy🤠 party🥳",
  "disguise🥸 cool😎 nerd🤓 monocle🧐 confused😕 worried😟 frown🙁 open_mouth😮 surprised😯 astonished😲 flushed😳 pleading🥺 tears_held🥹",
  "anguished😧 fearful😨 anxious😰 sad_relieved😥 cry😢 sob😭 scream😱 confounded😖 persevere😣 disappointed😞 downcast😓 weary😩 tired😫 yawn🥱",
  "triumph😤 pout😡 angry😠 swearing🤬 salute🫡 melting🫠 peeking🫣 skull💀 poop💩 clown🤡 ghost👻 alien👽 robot🤖 see_no_evil🙈",
  "hear_no_evil🙉 speak_no_evil🙊 heart❤️ orange_heart🧡 yellow_heart💛 green_heart💚 blue_heart💙 purple_heart💜 black_heart🖤 white_heart🤍",
  "brown_heart🤎 broken_heart💔 two_hearts💕 sparkling_heart💖 growing_heart💗 heart_arrow💘 kiss_mark💋 hundred💯 anger💢 boom💥 sweat_drops💦",
  "dash💨 speech💬 thought💭 zzz💤 wave👋 raised_hand✋ vulcan🖖 ok_hand👌 pinch🤏 peace✌️ fingers_crossed🤞 love_you🤟 rock_on🤘 call_me🤙",
  "point_left👈 point_right👉 point_up👆 point_down👇 thumbs_up👍 thumbs_down👎 fist✊ fist_bump👊 clap👏 raised_hands🙌 heart_hands🫶 open_hands👐",
  "handshake🤝 pray🙏 writing✍️ nail_polish💅 selfie🤳 muscle💪 ear👂 nose👃 brain🧠 eyes👀 eye👁️ lips👄 baby👶 child🧒 boy👦 girl👧",
  "person🧑 man👨 woman👩 older_man👴 older_woman👵 bow🙇 facepalm🤦 shrug🤷 raising_hand🙋 information_desk💁 no_good🙅 ok_person🙆 dancer💃",
  "dancing_man🕺 runner🏃 walking🚶 family👪 couple👫 police👮 builder👷 doctor🧑‍⚕️ teacher🧑‍🏫 cook🧑‍🍳 farmer🧑‍🌾 mechanic🧑‍🔧 office_worker🧑‍💼 developer🧑‍💻",
  "santa🎅 dog🐶 cat🐱 mouse🐭 rabbit🐰 fox🦊 bear🐻 panda🐼 lion🦁 cow🐮 pig🐷 frog🐸 monkey🐵 chicken🐔 penguin🐧 bird🐦 owl🦉 horse🐴",
  "unicorn🦄 bee🐝 butterfly🦋 snail🐌 turtle🐢 snake🐍 dolphin🐬 whale🐳 fish🐟 elephant🐘 paw_prints🐾 bouquet💐 cherry_blossom🌸 rose🌹",
  "sunflower🌻 tulip🌷 seedling🌱 tree🌳 palm🌴 cactus🌵 clover🍀 maple_leaf🍁 apple🍎 banana🍌 grapes🍇 strawberry🍓 lemon🍋 peach🍑",
  "watermelon🍉 pineapple🍍 avocado🥑 tomato🍅 carrot🥕 corn🌽 bread🍞 croissant🥐 cheese🧀 egg🥚 burger🍔 fries🍟 pizza🍕 hot_dog🌭 taco🌮",
  "salad🥗 spaghetti🍝 sushi🍣 rice🍚 soup🍲 ice_cream🍨 doughnut🍩 cookie🍪 birthday_cake🎂 cake🍰 chocolate🍫 candy🍬 popcorn🍿 coffee☕ tea🍵",
  "wine🍷 cocktail🍸 beer🍺 cheers🍻 champagne🍾 cutlery🍴 car🚗 taxi🚕 bus🚌 truck🚚 ambulance🚑 fire_engine🚒 bicycle🚲 motorbike🏍️ train🚆",
  "aeroplane✈️ rocket🚀 helicopter🚁 ship🚢 anchor⚓ house🏠 office🏢 hospital🏥 bank🏦 hotel🏨 school🏫 shop🏪 factory🏭 church⛪ mosque🕌 tent⛺",
  "globe🌍 map🗺️ beach🏖️ mountain⛰️ sunrise🌅 sun☀️ partly_sunny⛅ cloud☁️ rain🌧️ thunder⛈️ snow❄️ snowman⛄ rainbow🌈 umbrella☔ moon🌙 star⭐",
  "glowing_star🌟 sparkles✨ lightning⚡ fire🔥 droplet💧 ocean🌊 pumpkin🎃 christmas_tree🎄 fireworks🎆 balloon🎈 tada🎉 confetti🎊 gift🎁 ribbon🎀",
  "ticket🎫 trophy🏆 medal🏅 gold🥇 silver🥈 bronze🥉 football⚽ basketball🏀 tennis🎾 dart🎯 game🎮 dice🎲 art🎨 music🎵 microphone🎤 headphones🎧",
  "guitar🎸 film🎬 camera📷 video📹 tv📺 phone📱 telephone☎️ laptop💻 keyboard⌨️ printer🖨️ battery🔋 plug🔌 bulb💡 torch🔦 money💰 banknote💵",
  "card💳 receipt🧾 coin🪙 email📧 envelope✉️ inbox📥 outbox📤 package📦 mailbox📫 pencil✏️ pen🖊️ memo📝 folder📁 calendar📅 clipboard📋",
  "chart📊 growth📈 decline📉 pin📌 location📍 paperclip📎 ruler📏 scissors✂️ bin🗑️ lock🔒 unlock🔓 key🔑 hammer🔨 wrench🔧 gear⚙️ link🔗 magnet🧲",
  "pill💊 syringe💉 microscope🔬 door🚪 bed🛏️ sofa🛋️ shower🚿 bath🛁 soap🧼 cart🛒 shirt👕 jeans👖 dress👗 shoe👞 trainers👟 bag👜 backpack🎒",
  "ring💍 crown👑 glasses👓 hat🎩 book📖 books📚 newspaper📰 bookmark🔖 label🏷️ bell🔔 no_bell🔕 megaphone📣 search🔍 hourglass⏳ watch⌚ alarm⏰",
  "stopwatch⏱️ clock🕐 warning⚠️ no_entry⛔ forbidden🚫 check✅ tick✔️ cross❌ plus➕ minus➖ question❓ exclamation❗ recycle♻️ copyright©️ trademark™️",
  "new🆕 free🆓 ok🆗 sos🆘 up⬆️ down⬇️ left⬅️ right➡️ back🔙 refresh🔄 red_circle🔴 orange_circle🟠 yellow_circle🟡 green_circle🟢 blue_circle🔵",
  "white_flag🏳️ chequered_flag🏁 pirate_flag🏴‍☠️ rainbow_flag🏳️‍🌈 infinity♾️ peace_dove🕊️ wheelchair♿ informationℹ️",
];
const table = NAMED.join(" ").split(" ").map((one) => one.match(/^(\w+)(.+)$/u).slice(1));

finds("emoji", (typed) => {
  const words = typed.toLowerCase();
  const exact = words.endsWith(":") && table.find(([name]) => `${name}:` === words);
  const starting = table.filter(([name]) => name.startsWith(words));
  const holding = table.filter(([name]) => !name.startsWith(words) && name.includes(`_${words}`));
  const found = exact ? [exact] : [...starting, ...holding].slice(0, SHOWN);
  const items = found.map(([name, sign]) => ({ lead: sign, title: `:${name}:`, insert: sign }));
  return { items, sure: Boolean(exact) };
});
